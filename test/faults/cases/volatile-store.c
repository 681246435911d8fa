// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: atomic
// fault: imul[lq].*bd1e995
// at: 2 31
#include "fault.h"

NOINLINE uint64_t work(volatile uint64_t *P, uint64_t A) {
  *P = A * K; // stop
  return 0;
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I) {
    volatile uint64_t Cell;
    work(&Cell, I);
    emit(Cell);
  }
}
