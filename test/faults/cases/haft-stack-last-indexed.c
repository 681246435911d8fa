// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit behind the store into an array of the frame that it is compared after.
// The value is in its place, by its index, so nothing was written elsewhere, where all is needed.
// kind: checkpoint
// technique: haft
// fault: movq\s+%r\w+, (?:0x)?50\(%rsp,%r\w+,8\)$
// flags: -fno-vectorize
// register: rsp
// at: 7 4
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

enum { Words = 64 };

static __attribute__((noinline, annotate("crit:none"))) uint64_t sum(const uint64_t *Room) {
  uint64_t Sum = 0;
  for (uint64_t I = 0; I != Words; ++I)
    Sum = Sum * 5 + Room[I];
  return Sum;
}

NOINLINE uint64_t work(uint64_t N) {
  uint64_t Room[Words];
  for (uint64_t I = 0; I != Words; ++I)
    Room[I] = I * K + N;
  return sum(Room);
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I)
    emit(work(I));
}
