// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As haft-stack-caller-words, but some of the words are a variable of the caller.
// kind: checkpoint
// technique: haft
// fault: movq\s+%r\w+, -?\w*\(%rsp,%r\w+\)$
// register: rsp
// when: before
// at: 3 9
// copies: 1
// result: any-stop
// dropped: skip
#define MANY_WORDS
#include "caller.h"

static NOINLINE uint64_t from(uint64_t *P, uint64_t N) {
  uint64_t Sum = 0, Kept[120];
  for (uint64_t I = 0; I != 120; ++I)
    Kept[I] = I * K;
  for (uint64_t I = 0; I != N; ++I) {
    Sum += work(P, Sum);
    Kept[Sum % 120] += I;
  }
  for (uint64_t I = 0; I != 120; ++I)
    Sum = Sum * 3 + Kept[I];
  return Sum;
}
