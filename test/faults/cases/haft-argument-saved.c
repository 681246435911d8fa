// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A pointer is hit in a function that hands it on to code that is not hardened, which traps on
// it, as in haft-argument-abroad.c. Who has it right keeps it in a register: where that is saved, in
// the frame of who has got it wrong, it still is.
// kind: load-address
// technique: haft
// function: middle
// fault: movq\s+%rdi, -?(?:0x)?\w*\(%rsp\)
// register: rdi
// when: before
// at: 3 44
// copies: 1
// result: corrected
// dropped: skip
#include "abroad.h"

static NOINLINE uint64_t calls(struct thing *T, uint64_t A) {
  return Middle(T, A) + T->Sum;
}

int main(void) {
  static struct thing T = {&T, 1};
  static struct thing *volatile At = &T;
  for (uint64_t I = 1; I < 6; ++I)
    emit(calls(At, I));
}
