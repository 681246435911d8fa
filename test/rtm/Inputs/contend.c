// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two threads that meet in memory, all of it in hardened code: an atomic count, a
// lock that spins, turns that wait for each other, pages touched for the first time.
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

enum { Rounds = 50000, Turns = 300, Bytes = 1 << 22 };

static atomic_long Count, Turn;
static atomic_flag Busy = ATOMIC_FLAG_INIT;
static long Guarded[4];
static unsigned char Pages[2][Bytes];

static void *work(void *Argument) {
  long Me = (intptr_t)Argument;
  for (long I = 0; I < Rounds; ++I) {
    atomic_fetch_add(&Count, I & 3);
    while (atomic_flag_test_and_set_explicit(&Busy, memory_order_acquire))
      ;
    for (int K = 0; K < 4; ++K)
      Guarded[K] += I + K;
    atomic_flag_clear_explicit(&Busy, memory_order_release);
  }
  for (long I = 0; I < Turns; ++I) {
    while (atomic_load(&Turn) != 2 * I + Me)
      ;
    atomic_store(&Turn, 2 * I + Me + 1);
  }
  for (long I = 0; I < Bytes; I += 1024)
    Pages[Me][I] = (unsigned char)(I >> 10);
  return NULL;
}

int main(void) {
  pthread_t Other;
  pthread_create(&Other, NULL, work, (void *)1);
  work(NULL);
  pthread_join(Other, NULL);
  unsigned long Sum = 0;
  for (long I = 0; I < 2 * Bytes; ++I)
    Sum = Sum * 31 + Pages[0][I % Bytes] + Pages[1][I % Bytes];
  printf("%ld %ld %ld %ld %lx\n", Count, Turn, Guarded[0], Guarded[3], Sum);
  return 0;
}
