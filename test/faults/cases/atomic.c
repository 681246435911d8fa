// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: atomic
// fault: imul[lq].*bd1e995
// at: 2 31
#include "fault.h"

static uint64_t Cell;

NOINLINE uint64_t work(uint64_t A) {
  return __atomic_fetch_add(&Cell, A * K, __ATOMIC_RELAXED); // stop
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I)
    emit(work(I));
}
