// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: call-argument
// fault: imul[lq].*bd1e995
// at: 2 17
#include "fault.h"

NOINLINE uint64_t work(uint64_t A) {
  emit(A * K); // stop
  return 0;
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I)
    work(I);
}
