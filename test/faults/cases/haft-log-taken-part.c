// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit between the writes of one entry of the undo log: what its store
// overwrites is in the right log, its address where the wrong one leads. Where the old
// value would be there is one of another call, whose frame was just there; which of the
// two it is, a register tells.
// kind: checkpoint
// technique: haft
// fault: movups\s+%xmm0, -?\w+\(%rsp\)
// register: rsp
// at: 2 13
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"
#include "log-below.h"

NOINLINE void work(struct counter *C, uint64_t N) {
  C->Value = C->Value * K + N;
}

int main(void) {
  struct counter C = {1}, Other = {77};
  below(work, &Other, 5);
  above(work, &C, 3);
  emit(C.Value);
  emit(Other.Value);
}
