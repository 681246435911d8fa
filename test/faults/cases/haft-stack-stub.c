// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit between two addresses made from it, and leads to where
// nothing is: they differ, and what the failed check pushes traps. The check goes on with
// the right one.
// kind: checkpoint
// technique: haft
// fault: (lea[lq]\s+\w+\(%rsp\)|movq\s+%rsp), %r(?!sp)
// when: before
// register: rsp
// at: 3 45
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

static NOINLINE void fill(uint64_t *To, uint64_t A) {
  for (uint64_t I = 0; I < 4; ++I)
    To[I] = A + I;
}

NOINLINE void work(uint64_t *Out, uint64_t A) {
  uint64_t Some[4];
  fill(Some, A * K);
  *Out = Some[0] ^ Some[1] * 3 ^ Some[2] * 5 ^ Some[3] * 7;
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I) {
    uint64_t Out;
    work(&Out, I);
    emit(Out);
  }
}
