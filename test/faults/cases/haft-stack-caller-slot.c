// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As haft-stack-caller, at the last of several stores whose values are known: the one before it
// tells that only this one went there.
// kind: checkpoint
// technique: haft
// fault: movq\s+%rdi, -?\w*\(%rsp\)$
// register: rsp
// when: before
// at: 3 9
// copies: 1
// result: corrected
// dropped: skip
#include "caller.h"

/// With an undo log of 2 KB.
static NOINLINE uint64_t from(uint64_t *P, uint64_t N) {
  uint64_t Sum = 0;
  for (uint64_t I = 0; I != N; ++I) {
    P[I & 7] += P[I * 5 & 7];
    Sum += work(P, Sum);
  }
  return Sum;
}
