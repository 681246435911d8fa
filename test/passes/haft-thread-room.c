// A thread of ours leaves a note of what of its stack nobody uses, between its first frame and
// the next multiple of 8 MiB; when the thread has ended there is none, whoever gets the
// stack next.
// RUN: %crit_clang -fcrit=haft -O2 -pthread -I %S/../../runtime/include %s -o %t
// RUN: %t | FileCheck %s
// CHECK: notes of threads that run: {{[1-9][0-9]*}}, that have ended: 0
#include "crit/records.h"
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

enum { Threads = 32, Words = 128 };
static uintptr_t Top[Threads];
static int Pipe[2];
static pthread_mutex_t One = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t All; // one that begins where its stack does has none

// Through a pipe: it may not be mapped any more.
static int notes(uintptr_t End) {
  uint64_t Word[Words];
  uintptr_t From = End - sizeof Word;
  int N = 0;
  if (write(Pipe[1], (void *)From, sizeof Word) != sizeof Word ||
      read(Pipe[0], Word, sizeof Word) != sizeof Word)
    return 0;
  for (int I = 0; I != Words; ++I)
    N += (Word[I] ^ CRIT_THREAD_ROOM) == From + I * 8;
  return N;
}

static void *run(void *Arg) {
  uintptr_t *Of = Arg;
  *Of = ((uintptr_t)__builtin_frame_address(0) | 0x7fffff) + 1;
  pthread_barrier_wait(&All);
  pthread_mutex_lock(&One);
  int N = notes(*Of);
  pthread_mutex_unlock(&One);
  return (void *)(uintptr_t)N;
}

int main(void) {
  int Running = 0, Ended = 0;
  pthread_t T[Threads];
  if (pipe(Pipe) || pthread_barrier_init(&All, NULL, Threads))
    return 1;
  for (int I = 0; I != Threads; ++I)
    if (pthread_create(&T[I], NULL, run, &Top[I]))
      return 1;
  for (int I = 0; I != Threads; ++I) {
    void *N;
    if (pthread_join(T[I], &N))
      return 1;
    Running += (int)(uintptr_t)N;
  }
  for (int I = 0; I != Threads; ++I)
    Ended += notes(Top[I]);
  printf("notes of threads that run: %d, that have ended: %d\n", Running, Ended);
}
