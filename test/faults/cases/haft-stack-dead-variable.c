// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As haft-stack-large-variable, but what is 8 KB up is a variable of an inner scope that
// has been left: it holds nothing, so this is repaired.
// kind: checkpoint
// technique: haft
// fault: movq\s+%r(1[2-5]|bp|bx), 0x\w+\(%rsp\)
// when: before
// register: rsp
// at: 2 13
// copies: 2
// result: corrected
// dropped: skip
#include "fault.h"

static NOINLINE void change(uint64_t *P) {
  for (unsigned I = 0; I != 3000; ++I)
    P[I] = P[I] * K + I;
}

NOINLINE uint64_t work(uint64_t *P, uint64_t N) {
  uint64_t Sum = 0;
  {
    uint64_t Big[3000];
    for (unsigned I = 0; I != 3000; ++I)
      Big[I] = I ^ N;
    change(Big);
    for (unsigned I = 0; I != 3000; ++I)
      Sum = Sum * 3 + Big[I];
  }
  change(P);
  uint64_t A = P[0], B = P[1], C = P[2], D = P[3];
  change(P);
  return Sum + P[7] + (A ^ B * 3 ^ C * 5 ^ D * 7);
}

static uint64_t Values[3000];

/// From where bit 13 of work's stack pointer is 0.
static NOINLINE uint64_t from(uintptr_t At, uint64_t N) {
  volatile char Here = 0;
  if (((uintptr_t)&Here & 0x3fff) / 0x200 != At)
    return from(At, N) + (uint64_t)Here;
  return work(Values, N);
}

int main(void) {
  change(Values);
  emit(from(24, 1));
  emit(from(24, 2));
}
