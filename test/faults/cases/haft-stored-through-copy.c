// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The address that a store is read back from is hit just then. That the store itself went
// where it should is known from the word of the frame the address was loaded from or, for a
// copy of the register that was written there, the one it is a copy of.
// kind: store-address
// technique: haft
// fault: cmpq\s+%r\w+, (?:0x10|16)\(%r\w+\)$
// when: before
// at: 3 9
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

static uint64_t Out[1024];

static volatile uint64_t Places;

NOINLINE uint64_t *place(uint64_t I) {
  ++Places;
  return Out + 16 * I;
}

NOINLINE uint64_t work(uint64_t I, uint64_t A) {
  uint64_t *P = place(I);
  uint64_t X = place(A) - Out;
  P[2] = A * K >> 3;
  return X;
}

int main(void) {
  uint64_t Sum = 0;
  for (int I = 0; I != 1024; ++I)
    Out[I] = I * K;
  for (uint64_t I = 1; I < 6; ++I)
    Sum += work(I, I);
  emit(Sum);
  for (int I = 0; I != 1024; ++I)
    emit(Out[I]);
}
