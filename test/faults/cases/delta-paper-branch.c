// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: branch
// fault: imul[lq].*bd1e995
// technique: delta
// flags: -fcrit-delta-scheme=paper
// at: 2 40
#include "fault.h"

static NOINLINE void small(void) { emit(1); }
static NOINLINE void large(void) { emit(2); }

NOINLINE uint64_t work(uint64_t A) {
  if (A * K > 3 * K) // stop
    large();
  else
    small();
  return 0;
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I)
    work(I);
}
