// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: operand
// fault: imul[lq].*bd1e995
// at: 2 31
#include "fault.h"

NOINLINE uint64_t work(uint64_t A) {
  uint64_t X;
  __asm__("bswap %0" : "=r"(X) : "0"(A * K)); // stop
  return X;
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I)
    emit(work(I));
}
