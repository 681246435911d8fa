// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit between the writes of the first of two entries of the undo log.
// Where the wrong one leads another call's frame was just there, with an old value of its
// own at that place; nothing tells which of the two it is: the process stops.
// kind: checkpoint
// technique: haft
// fault: movups\s+\(%r\w+\), %xmm0
// register: rsp
// at: 2 13
// copies: 1
// result: any-stop
// dropped: skip
#include "fault.h"
#include "log-below.h"

NOINLINE void work(struct counter *C, uint64_t N) {
  C->Value = C->Value * K + N;
  C->More += C->Value ^ N;
  C->Last = C->Last * K + N;
}

int main(void) {
  struct counter C = {1, 2, 0, 3}, Other = {77, 78, 0, 79};
  below(work, &Other, 5);
  above(work, &C, 3);
  emit(C.Value ^ C.More ^ C.Last);
  emit(Other.Value ^ Other.More ^ Other.Last);
}
