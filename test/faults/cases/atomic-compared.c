// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The value that is expected travels in a fixed register.
// kind: atomic
// fault: imul[lq].*bd1e995
// at: 2 31
#include "fault.h"

NOINLINE uint64_t work(uint64_t *P, uint64_t A) {
  uint64_t Old = A * K;
  __atomic_compare_exchange_n(P, &Old, 1, 0, __ATOMIC_SEQ_CST, // stop
                              __ATOMIC_SEQ_CST);
  return 0;
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I) {
    uint64_t Cell = I * K;
    work(&Cell, I);
    emit(Cell);
  }
}
