// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The target of a call is hit behind its check: the jump traps, and the call is
// made again.
// kind: call-target
// technique: haft
// fault: callq\s+\*%r
// when: before
// at: 3 45
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

static NOINLINE uint64_t twice(uint64_t A) { return 2 * A; }
static NOINLINE uint64_t half(uint64_t A) { return A / 2; }
static uint64_t (*const volatile Functions[])(uint64_t) = {twice, half};

NOINLINE void work(uint64_t *Out, uint64_t A) {
  *Out = Functions[A & 1](A * K) + A;
}

int main(void) {
  uint64_t Out;
  for (uint64_t I = 1; I < 6; ++I) {
    work(&Out, I);
    emit(Out);
  }
}
