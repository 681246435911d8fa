// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As haft-stored-through-copy.c, for an address made from a number that a word of the frame
// holds: shifted to the left it tells which copy of the address was hit.
// kind: store-address
// technique: haft
// fault: cmpq\s+%r\w+, .*\(%r\w+,%r\w+\)$
// when: before
// at: 3 9
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

struct pair {
  uint64_t First, Second;
};
static struct pair Out[64];
static volatile uint64_t Numbers;

NOINLINE uint64_t number(uint64_t I) {
  ++Numbers;
  return 3 * I;
}

NOINLINE uint64_t work(struct pair *To, uint64_t I, uint64_t A) {
  uint64_t N = number(I);
  To[N].First = A * K >> 3;
  return N;
}

int main(void) {
  uint64_t Sum = 0;
  for (uint64_t I = 1; I < 6; ++I)
    Sum += work(Out, I, I);
  emit(Sum);
  for (int I = 0; I != 64; ++I)
    emit(Out[I].First + Out[I].Second);
}
