// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// turn(), which the case defines, is run by a thread from whose stack it is 8 MB up to stack
// that nobody uses.
#include "fault.h"
#include <pthread.h>
#include <unistd.h>

static uint64_t turn(uint64_t I);

static int Fits, Pipe[2];
static pthread_barrier_t Told, Never;

static void *run(void *X) {
  (void)X;
  char Deep[1 << 15]; // further down than what the C library has on top of it
  __asm__ volatile("" : : "r"(Deep) : "memory");
  // Else it leads down, or to where nobody can write.
  char *There = Deep - 4096 + (8 << 20);
  Fits = !((uintptr_t)Deep >> 23 & 1) && write(Pipe[1], There, 1) == 1 &&
         read(Pipe[0], There, 1) == 1;
  uint64_t Sum = 0;
  for (uint64_t I = 0; Fits && I != 6; ++I)
    Sum += turn(Sum + I);
  if (Fits)
    emit(Sum);
  pthread_barrier_wait(&Told);
  pthread_barrier_wait(&Never); // keeps its stack
  return NULL;
}

int main(void) {
  if (pipe(Pipe))
    return 1;
  pthread_barrier_init(&Told, NULL, 2);
  pthread_barrier_init(&Never, NULL, 2 * 64);
  for (int I = 0; I != 64 && !Fits; ++I) {
    pthread_t Thread;
    if (pthread_create(&Thread, NULL, run, NULL))
      return 1;
    pthread_barrier_wait(&Told);
  }
  _exit(fflush(stdout) || !Fits);
}
