// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The x87 stack has no second copy: its loads run once.
// kind: load-address
// fault: imul[lq].*bd1e995
// at: 3 31
#include "fault.h"

NOINLINE long double work(const long double *Table, uint64_t A) {
  return Table[A * K >> 30 & 15]; // stop
}

int main(void) {
  long double Table[16];
  for (unsigned I = 0; I != 16; ++I)
    Table[I] = I * 3 + 1;
  for (uint64_t I = 1; I < 6; ++I)
    emit((uint64_t)work(Table, I));
}
