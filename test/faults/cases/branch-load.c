// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Both copies decide by what is in memory, at different addresses.
// kind: load-address
// fault: imul[lq].*bd1e995
// at: 2 31
// dropped: stop|escape
#include "fault.h"

static NOINLINE void small(void) { emit(1); }
static NOINLINE void large(void) { emit(2); }

NOINLINE uint64_t work(const uint64_t *Table, uint64_t A) {
  if (Table[A * K >> 30 & 15] > 30) // stop
    large();
  else
    small();
  return 0;
}

int main(void) {
  uint64_t Table[16];
  for (unsigned I = 0; I != 16; ++I)
    Table[I] = I & 2 ? 50 : 10;
  for (uint64_t I = 1; I < 6; ++I)
    work(Table, I);
}
