// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit where a frame is made or given back: it traps at the next
// access, before the mark is written or when it has been wiped. It is found by the
// return address.
// kind: checkpoint
// technique: haft
// fault: (sub|add)q\s+\$\w+, %rsp|movq\s+%r11, -?\w*\(%rsp\)
// register: rsp
// at: 3 45
// when: before
// copies: 3
// result: corrected
// dropped: skip
#include "fault.h"

static volatile unsigned Calls;
static NOINLINE void call(void) { ++Calls; }

NOINLINE void work(uint64_t *Out, uint64_t A) {
  uint64_t X = A * K;
  call();
  *Out = X ^ X >> 7;
}

int main(void) {
  uint64_t Out;
  for (uint64_t I = 1; I < 6; ++I) {
    work(&Out, I);
    emit(Out);
  }
}
