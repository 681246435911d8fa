// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit where one entry of the undo log is in its place and a second
// may follow, but has not. Where the wrong one leads, the second entry of another call is
// left, whose frame was just there: not taken for one of this call (its old value would be
// put back), though a third of an earlier call is in the right log; the process stops.
// kind: checkpoint
// technique: haft
// fault: testb\s+\$0x1, %[cs]i?l
// register: rsp
// at: 3 13
// copies: 1
// result: any-stop
// dropped: skip
#include "fault.h"
#include "log-below.h"

NOINLINE void work(struct counter *C, uint64_t N) {
  C->Value = C->Value * K + N;
  if (!(N & 1))
    return;
  C->Last += N;
  if (N & 2)
    C->More += N;
}

int main(void) {
  struct counter C = {1, 2, 0, 3}, Other = {77, 78, 0, 79};
  above(work, &Other, 7);
  below(work, &Other, 5);
  above(work, &C, 4);
  emit(C.Value ^ C.More ^ C.Last);
  emit(Other.Value ^ Other.More ^ Other.Last);
}
