// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit, leads to a variable of the caller, and what is loaded there is
// no address: that traps before the stack pointer is compared. What was stored last is
// in its place, so nothing was written through the wrong one.
// kind: checkpoint
// technique: haft
// fault: movq\s+-?\w+\(%rsp,%r\w+,8\), %r\w+$
// register: rsp
// when: before
// at: 3 13
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

static uint64_t Out[64];

NOINLINE uint64_t work(uint64_t A, uint64_t B) {
  uint64_t *To[4];
  To[0] = Out + 8 * B;
  To[1] = Out + A;
  To[2] = Out + A * 3;
  To[3] = Out + B;
  return *To[A & 3];
}

int main(void) {
  uint64_t Zero[2048] = {0}, Sum = 0;
  __asm__ volatile("" : "+m"(Zero));
  for (int I = 0; I != 64; ++I)
    Out[I] = I * K;
  for (uint64_t I = 1; I < 6; ++I)
    Sum += work(I, I & 7);
  emit(Sum);
  emit(Zero[Sum & 2047]);
}
