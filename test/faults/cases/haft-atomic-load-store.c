// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an atomic load gets decides where the next store goes. Read again it is something else,
// nearly always: the first store is taken back.
// kind: return
// technique: haft
// fault: imul[lq].*bd1e995
// at: 5 31
// flags: -pthread
// result: corrected
// dropped: skip
#include "fault.h"
#include <pthread.h>

static uint64_t Tick, Tries[64][64];

/// The other thread writes a new number as soon as one has been read.
static void *count(void *Unused) {
  for (;;)
    __atomic_fetch_add(&Tick, 1, __ATOMIC_SEQ_CST);
  return Unused;
}

NOINLINE uint64_t work(uint64_t I, uint64_t A) {
  Tries[I][__atomic_load_n(&Tick, __ATOMIC_ACQUIRE) & 63] = 1;
  return A * K >> 7;
}

int main(void) {
  pthread_t Thread;
  pthread_create(&Thread, 0, count, 0);
  for (uint64_t I = 1; I < 64; ++I)
    emit(work(I, I));
  for (uint64_t I = 1; I < 64; ++I) {
    uint64_t Sum = 0;
    for (int J = 0; J != 64; ++J)
      Sum += Tries[I][J];
    emit(Sum);
  }
}
