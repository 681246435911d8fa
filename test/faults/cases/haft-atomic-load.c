// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An atomic load ends no region: what finds its address wrong behind it loads again.
// kind: atomic
// technique: haft
// fault: cmpq\s+%r\w+, %r\w+$
// when: before
// at: 3 7
// copies: 2
// result: corrected
// dropped: skip
#include "fault.h"

static uint64_t Cells[8];

NOINLINE uint64_t work(uint64_t *P, uint64_t A) {
  return __atomic_load_n(P + (A & 7), __ATOMIC_ACQUIRE) * 3 + A;
}

int main(void) {
  for (uint64_t I = 0; I != 8; ++I)
    Cells[I] = I * K;
  for (uint64_t I = 1; I < 6; ++I)
    emit(work(Cells, I));
}
