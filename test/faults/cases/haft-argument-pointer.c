// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A pointer is hit on its way to a function that is called by address and has had an effect
// before it traps: neither its own landing nor the call can be repeated. The caller
// still has it, one bit away.
// kind: load-address
// technique: haft
// fault: movq\s+%rdi, -?(?:0x)?\w*\(%rsp\)
// register: rdi
// when: before
// at: 3 44
// copies: 1
// result: corrected
// dropped: skip
#include "argument.h"

static NOINLINE uint64_t calls(struct thing *T, uint64_t A) {
  Work(T, A);
  return T->Sum;
}

int main(void) {
  static struct thing T = {&T, 1};
  static struct thing *volatile At = &T;
  for (uint64_t I = 1; I < 6; ++I)
    emit(calls(At, I));
  emit(Calls);
}
