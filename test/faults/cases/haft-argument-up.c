// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A pointer is hit on its way to a function that hands it on, by address, and both have had
// effects before it traps. Who has it right is two calls up; whoever has got it from there
// is put right, and it goes on where it trapped.
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
#include "argument.h"

static NOINLINE uint64_t middle(struct thing *T, uint64_t A) {
  Calls = Calls + A;
  Work(T, A);
  return T->Sum;
}

static uint64_t (*volatile Middle)(struct thing *, uint64_t) = middle;

static NOINLINE uint64_t calls(struct thing *T, uint64_t A) {
  Middle(T, A);
  return Calls;
}

int main(void) {
  static struct thing T = {&T, 1};
  static struct thing *volatile At = &T;
  for (uint64_t I = 1; I < 6; ++I)
    emit(calls(At, I));
  emit(At->Sum);
}
