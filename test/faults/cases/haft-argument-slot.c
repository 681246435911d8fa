// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A value that lives across a call, and is its argument: compared once, for both. If it is
// wrong, it is computed again.
// kind: call-argument
// technique: haft
// fault: imul[lq].*bd1e995
// at: 3 9
// result: corrected
// dropped: skip
#include "fault.h"

static NOINLINE uint64_t thrice(uint64_t A) {
  __asm__ volatile("" : "+r"(A));
  return 3 * A;
}

NOINLINE uint64_t work(uint64_t A) {
  uint64_t X = A * K;
  uint64_t B = thrice(X);
  return B + X;
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I)
    emit(work(I));
}
