// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The seventh argument travels in memory.
// kind: store-value
// fault: imul[lq].*bd1e995
// at: 2 9
#include "fault.h"

static NOINLINE void sink(uint64_t A, uint64_t B, uint64_t C, uint64_t D,
                          uint64_t E, uint64_t F, uint64_t G) {
  emit(A + B + C + D + E + F);
  emit(G);
}

NOINLINE uint64_t work(uint64_t A) {
  sink(A, A, A, A, A, A, A * K); // stop
  return 0;
}

int main(void) {
  for (uint64_t I = 1; I < 4; ++I)
    work(I);
}
