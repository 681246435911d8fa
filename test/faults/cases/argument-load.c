// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is passed is compared with memory, at the second copy of its address.
// kind: load-address
// fault: imul[lq].*bd1e995
// at: 3 31
// dropped: stop
#include "fault.h"

NOINLINE uint64_t work(const uint64_t *Table, uint64_t A) {
  emit(Table[A * K >> 30 & 15]); // stop
  return 0;
}

int main(void) {
  uint64_t Table[16];
  for (unsigned I = 0; I != 16; ++I)
    Table[I] = I * 3 + 1;
  for (uint64_t I = 1; I < 6; ++I)
    work(Table, I);
}
