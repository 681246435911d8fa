// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As haft-stack-caller, but where the store went is one of six words: all of them are where the
// caller has nothing.
// kind: checkpoint
// technique: haft
// fault: movq\s+%r\w+, -?\w*\(%rsp,%r\w+\)$
// register: rsp
// when: before
// at: 3 9
// copies: 1
// result: corrected
// dropped: skip
#define MANY_WORDS
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
