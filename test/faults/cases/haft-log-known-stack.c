// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit where its mark is wiped, behind an entry of the undo log in a
// known place: the region runs again, and what was logged is taken back.
// kind: checkpoint
// technique: haft
// fault: xorq\s+%rsp, -?\w+\(%rsp\)
// when: before
// register: rsp
// at: 3 20
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

struct buffer {
  uint64_t Used, Peak;
};

NOINLINE void work(struct buffer *B, uint64_t N) {
  B->Used += N;
  if (__builtin_expect(B->Used > B->Peak, 1))
    B->Peak = B->Used;
}

int main(void) {
  struct buffer B = {0, 0};
  for (uint64_t I = 1; I < 9; ++I) {
    work(&B, I);
    emit(B.Used * K + B.Peak);
  }
}
