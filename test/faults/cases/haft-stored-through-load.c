// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An address is hit at a store through it, and the right place held the value already:
// reading back sees nothing. The load behind it is the first to differ, and must not go
// back, as the wrong place has been written to.
// kind: load-address
// technique: haft
// fault: movq\s+%r\w+, \(%r[a-z]\w\)$
// register: rdi
// when: before
// at: 3 6
// copies: 1
// result: any-stop
// dropped: skip
#include "fault.h"

static uint64_t Out[128];

NOINLINE uint64_t work(uint64_t *To, uint64_t A) {
  To[0] = A * K >> 60;
  return To[3] * 3;
}

int main(void) {
  for (uint64_t I = 0; I != 8; ++I) {
    Out[16 * I + 8] = I + 7;
    Out[16 * I + 3] = I * 5;
  }
  uint64_t Sum = 0;
  for (uint64_t I = 1; I < 6; ++I)
    Sum += work(Out + 16 * I, I);
  emit(Sum);
  for (int I = 0; I != 128; ++I)
    emit(Out[I]);
}
