// Threads of haft code begin right below a multiple of 8 MiB, so that a wrong bit of
// their stack pointer leads down; as much stack as was asked for is below. The
// program's attributes stay as they are, and a stack of its own is used as it is.
// RUN: %crit_clang -fcrit=haft -O2 -pthread %s -o %t
// RUN: %t
// Without memory to spare threads begin as they would have.
// RUN: bash -c 'ulimit -v 400000; %t small'
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static char Own[1 << 20];
static int Small;

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
}
