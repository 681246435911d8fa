// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The flag of a comparison of the stack pointer is hit, also behind a call, where
// nothing can be computed again: the comparison alone is repeated.
// kind: checkpoint
// technique: haft
// fault: cmpq\s+%rsp, 
// register: eflags
// at: 3 6
// copies: 3
// result: corrected
// dropped: skip
#include "fault.h"

static NOINLINE uint64_t twice(uint64_t A) {
  __asm__ volatile("" : "+r"(A));
  return 2 * A;
}

NOINLINE void work(uint64_t *Out, uint64_t A) {
  uint64_t B = twice(A * K), C = twice(B + A);
  uint64_t D = B * C;
  *Out = D + twice(D) + A;
}

int main(void) {
  uint64_t Out;
  for (uint64_t I = 1; I < 6; ++I) {
    work(&Out, I);
    emit(Out);
  }
}
