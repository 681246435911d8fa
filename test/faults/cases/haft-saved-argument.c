// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A value that lives across a call whose argument is its low half: what is compared for
// the argument does not stand for its slot.
// kind: checkpoint
// technique: haft
// fault: imul[lq].*bd1e995
// at: 3 40
// result: corrected
// dropped: skip
#include "fault.h"

static NOINLINE uint64_t half(uint32_t A) {
  __asm__ volatile("" : "+r"(A));
  return 3 * A;
}

NOINLINE uint64_t work(uint64_t A) {
  uint64_t X = A * K;
  uint64_t B = half((uint32_t)X);
  return B + X;
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I)
    emit(work(I));
}
