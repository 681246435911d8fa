// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit where the number of the region is written behind a call. What
// the checkpoint wrote, and the number, are written again with the right one: with the old
// number the call would be made again.
// kind: checkpoint
// technique: haft
// fault: movl\s+\$0x2, 0x\w+\(%rsp\)
// when: before
// register: rsp
// at: 3 3
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

static uint64_t Calls;

static NOINLINE uint64_t twice(uint64_t A) {
  ++Calls;
  __asm__ volatile("" : "+r"(A));
  return 2 * A;
}

NOINLINE uint64_t work(uint64_t A) {
  uint64_t B = A;
  if (A & 1)
    B = twice(A * K);
  else
    B ^= 5;
  return B * A;
}

int main(void) {
  for (uint64_t I = 1; I < 12; ++I)
    emit(work(I) + Calls);
}
