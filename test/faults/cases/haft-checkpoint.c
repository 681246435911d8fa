// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A value that lives across a call is compared in its slot: else a wrong one is
// taken back at the next mismatch, for both copies.
// kind: checkpoint
// technique: haft
// fault: imul[lq].*bd1e995
// at: 3 31
// result: corrected
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
