// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit behind its comparison, far downwards: the one entry of the
// undo log and what its store overwrites are written where the wrong one leads. What
// lies in the right log is of the call before; the entry is taken over.
// kind: checkpoint
// technique: haft
// fault: movs[sd]\s+\(%r\w+\), %xmm
// when: before
// register: rsp
// at: 5 20
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

struct counter {
  uint64_t Value;
};

NOINLINE void work(struct counter *C, uint64_t N) { C->Value = C->Value * K + N; }

int main(void) {
  struct counter C = {1};
  for (uint64_t I = 1; I < 9; ++I) {
    work(&C, I);
    emit(C.Value);
  }
}
