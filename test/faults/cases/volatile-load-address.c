// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: atomic
// fault: imul[lq].*bd1e995
// at: 2 33
#include "fault.h"

NOINLINE uint64_t work(const volatile uint64_t *Table, uint64_t A) {
  return Table[A * K >> 30 & 15]; // stop
}

int main(void) {
  uint64_t Table[16];
  for (unsigned I = 0; I != 16; ++I)
    Table[I] = I * 3 + 1;
  for (uint64_t I = 1; I < 6; ++I)
    emit(work(Table, I));
}
