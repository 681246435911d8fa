// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// work() is called by from(), which the case defines and in whose frame it is to strike, where
// bit 9 of work's stack pointer is 0.
#include "fault.h"

static uint64_t Out[64];

NOINLINE uint64_t work(uint64_t *P, uint64_t A) {
  uint64_t To[3];
  To[0] = A * 3;
  To[1] = A * 5;
  To[2] = A * K >> 40;
  return To[P[0] & 1] + P[1];
}

static NOINLINE uint64_t from(uint64_t *P, uint64_t N);

static NOINLINE uint64_t aligned(void) {
  char *Low = __builtin_alloca(16);
  Low = __builtin_alloca(((uintptr_t)Low - 992) & 0x3ff);
  __asm__ volatile("" : "+r"(Low) : : "memory");
  return from(Out, 6);
}

int main(void) {
  for (int I = 0; I != 64; ++I)
    Out[I] = I * K;
  emit(aligned());
}
