// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As haft-stack-wipe, but the wrong one leads into the frame, above a call that was made
// through the right one.
// kind: checkpoint
// technique: haft
// fault: xorq\s+%rsp, -?\w*\(%rsp\)
// register: rsp
// at: 3 6
// when: before
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

static volatile unsigned Calls;
static NOINLINE void call(void) { ++Calls; }

NOINLINE uint64_t work(uint64_t *Out, uint64_t A) {
  uint64_t X = A * K;
  call();
  *Out = X ^ X >> 7;
  return X * 3;
}

int main(void) {
  uint64_t Out, Sum = 7;
  for (uint64_t I = 1; I < 6; ++I) {
    Sum = Sum * 31 + work(&Out, I);
    emit(Out);
    emit(Sum);
  }
}
