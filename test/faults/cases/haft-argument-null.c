// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A null pointer is hit on its way, as in haft-argument-pointer.c: the right one leads to
// nowhere, too, but the caller has it.
// kind: load-address
// technique: haft
// fault: movq\s+%rdi, -?(?:0x)?\w*\(%rsp\)
// register: rdi
// when: before
// at: 3 44
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

static volatile uint64_t Calls;

NOINLINE uint64_t work(uint64_t *To, uint64_t A) {
  Calls = Calls + 1;
  if (To)
    *To += A;
  return A * K;
}

static uint64_t (*volatile Work)(uint64_t *, uint64_t) = work;

static NOINLINE uint64_t calls(uint64_t *To, uint64_t A) {
  uint64_t Sum = Work(To, A);
  return Sum + (uintptr_t)To;
}

int main(void) {
  static uint64_t *volatile None;
  for (uint64_t I = 1; I < 6; ++I)
    emit(calls(None, I));
  emit(Calls);
}
