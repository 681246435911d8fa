// Threads of haft code begin right below a multiple of 8 MiB, so that a wrong bit of
// their stack pointer leads down; as much stack as was asked for is below. None leads
// from the 8 MiB that one thread uses to those of another, with malloc's arenas between.
// The program's attributes stay as they are, and a stack of its own is used as it is.
// RUN: %crit_clang -fcrit=haft -O2 -pthread %s -o %t
// RUN: %t
// Without memory to spare threads begin as they would have.
// RUN: bash -c 'ulimit -v 250000; %t small'
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { Threads = 40 };
static char Own[1 << 20];
static int Small;
static uintptr_t Units[Threads];
static pthread_barrier_t All;

static void require(int Is) {
  if (!Is)
    abort();
}

static __attribute__((noinline)) unsigned deep(unsigned Frames) {
  volatile char Frame[65536];
  Frame[0] = (char)Frames;
  return Frames ? deep(Frames - 1) + (unsigned char)Frame[0] : 0;
}

static void *placed(void *Arg) {
  uintptr_t Here = (uintptr_t)__builtin_frame_address(0);
  if (!Small)
    require((Here & 0x7fffff) > 0x7f0000);
  deep(7 * 16); // of 8 MiB
  return Arg;
}

static void *leaving(void *Arg) {
  placed(Arg);
  pthread_exit(Arg);
}

static void *inside(void *Arg) {
  char *Here = __builtin_frame_address(0);
  require(Here > Own && Here < Own + sizeof Own);
  return Arg;
}

static void run(const pthread_attr_t *A, void *(*F)(void *)) {
  pthread_t T;
  void *Result;
  require(!pthread_create(&T, A, F, &T));
  require(!pthread_join(T, &Result) && Result == &T);
}

static void *together(void *Unit) {
  char Local, *Memory = malloc(1000);
  require(Memory != NULL);
  *(uintptr_t *)Unit = (uintptr_t)&Local >> 23;
  pthread_barrier_wait(&All);
  free(Memory);
  return Unit;
}

static void apart(void) {
  pthread_t T[Threads];
  require(!pthread_barrier_init(&All, NULL, Threads));
  for (int I = 0; I != Threads; ++I)
    require(!pthread_create(&T[I], NULL, together, &Units[I]));
  for (int I = 0; I != Threads; ++I)
    require(!pthread_join(T[I], NULL));
  for (int I = 0; I != Threads; ++I)
    for (int J = 0; J != I; ++J)
      require(__builtin_popcountl(Units[I] ^ Units[J]) > 1);
}

int main(int Argc, char **Argv) {
  (void)Argv;
  Small = Argc > 1;
  pthread_attr_t A, Before;
  run(NULL, placed);
  require(!pthread_attr_init(&A));
  require(!pthread_attr_setstacksize(&A, 8 << 20));
  memcpy(&Before, &A, sizeof A);
  run(&A, placed);
  run(&A, leaving);
  require(!memcmp(&Before, &A, sizeof A));
  require(!pthread_attr_setstack(&A, Own, sizeof Own));
  run(&A, inside);
  if (!Small)
    apart();
}
