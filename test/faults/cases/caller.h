// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// work() is called by from(), which the case defines and in whose frame it is to strike, where
// bit 9 of work's stack pointer is 0.
#include "fault.h"

static uint64_t Out[64];

#ifndef BELOW
#define BELOW 0 // more where from's frame is larger, or for bit 10
#endif

#ifdef MANY_WORDS
/// Stores somewhere in six words.
NOINLINE uint64_t work(uint64_t *P, uint64_t A) {
  uint64_t To[6];
  for (uint64_t I = 0; I != 6; ++I)
    To[I] = A >> I;
  To[P[0] % 6] = A * K;
  return To[P[0] & 1] + To[P[1] % 6] * 3 + To[P[2] % 6];
}
#elif defined(LOGGED)
/// Stores somewhere in three words, with an entry in the undo log.
NOINLINE uint64_t work(uint64_t *P, uint64_t A) {
  uint64_t To[3];
  for (uint64_t I = 0; I != 3; ++I)
    To[I] = A >> I;
  P[8] += P[9] + A;
  To[P[0] % 3] = A * K;
  return To[P[0] & 1] + To[P[1] % 3] * 3 + P[8];
}
#else
#include "three-words.h"
#endif

static NOINLINE uint64_t from(uint64_t *P, uint64_t N);

static NOINLINE uint64_t aligned(void) {
  char *Low = __builtin_alloca(16);
  Low = __builtin_alloca(((uintptr_t)Low - 992 + BELOW) & 0x7ff);
  __asm__ volatile("" : "+r"(Low) : : "memory");
  return from(Out, 6);
}

int main(void) {
  for (int I = 0; I != 64; ++I)
    Out[I] = I * K;
  emit(aligned());
}
