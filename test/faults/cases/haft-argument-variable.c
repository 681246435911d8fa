// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The address of a variable of the caller is hit on its way, as in haft-argument-pointer.c: no
// word holds it, but one bit away there is that caller's frame. Bit 55: such addresses trap
// without one being told.
// kind: load-address
// technique: haft
// fault: movq\s+%rdi, -?(?:0x)?\w*\(%rsp\)
// register: rdi
// when: before
// at: 3 55
// copies: 1
// result: corrected
// dropped: skip
#include "argument.h"

static NOINLINE uint64_t calls(struct thing *From, uint64_t A) {
  struct thing T;
  T.Next = &T;
  T.Sum = From->Sum;
  Work(&T, A);
  return From->Sum = T.Sum;
}

int main(void) {
  static struct thing T = {&T, 1};
  static struct thing *volatile At = &T;
  for (uint64_t I = 1; I < 6; ++I)
    emit(calls(At, I));
  emit(Calls);
}
