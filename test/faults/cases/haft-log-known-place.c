// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The second of two stores that are logged in blocks of their own is hit: both entries
// have known places in the undo log, one behind the other, and both are taken back.
// kind: store-value
// technique: haft
// fault: movq\s+%r\w+, (0x)?8\(%r\w+\)
// when: before
// register: first
// at: 3 5
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

struct buffer {
  uint64_t Used, Peak;
};

NOINLINE void work(struct buffer *B, uint64_t N) {
  B->Used += N;
  if (B->Used > B->Peak)
    B->Peak = B->Used;
}

int main(void) {
  struct buffer B = {0, 0};
  for (uint64_t I = 1; I < 9; ++I) {
    work(&B, I);
    emit(B.Used * K + B.Peak);
  }
}
