// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit where a function takes its caller's registers back, so that it
// returns to nowhere: it is made to return again, from where its return address is.
// kind: checkpoint
// technique: haft
// fault: popq\s+%r\w+|retq
// register: rsp
// at: 3 5
// when: before
// copies: 5
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
