// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Regions end at locks, condition variables and atomics: what another thread
// did in between is not undone.
// kind: checkpoint
// technique: haft
// fault: imul[lq].*bd1e995
// at: 50 31
// result: corrected
// dropped: skip
#include "fault.h"
#include <pthread.h>
#include <stdatomic.h>

enum { Rounds = 200 };
static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t Changed = PTHREAD_COND_INITIALIZER;
static uint64_t Sum, Turn;
static atomic_ulong Count;

NOINLINE void work(uint64_t *Own, uint64_t A) {
  uint64_t X = A * K;
  pthread_mutex_lock(&Lock);
  while (Turn & 1)
    pthread_cond_wait(&Changed, &Lock);
  Sum = Sum * 31 + (X >> 5);
  ++Turn;
  pthread_cond_signal(&Changed);
  pthread_mutex_unlock(&Lock);
  atomic_fetch_add(&Count, X);
  *Own += X ^ A;
}

static void *other(void *Arg) {
  uint64_t *Own = Arg;
  for (uint64_t I = 0; I != Rounds; ++I) {
    pthread_mutex_lock(&Lock);
    while (!(Turn & 1))
      pthread_cond_wait(&Changed, &Lock);
    Sum = Sum * 17 + I;
    ++Turn;
    pthread_cond_signal(&Changed);
    pthread_mutex_unlock(&Lock);
    atomic_fetch_add(&Count, I);
    *Own += I;
  }
  return 0;
}

int main(void) {
  uint64_t Own = 0, Others = 0;
  pthread_t Thread;
  if (pthread_create(&Thread, 0, other, &Others))
    return 1;
  for (uint64_t I = 0; I != Rounds; ++I)
    work(&Own, I + 1);
  pthread_join(Thread, 0);
  emit(Sum);
  emit(Count);
  emit(Own + Others);
}
