// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Both copies load. What they got differs because the addresses do.
// kind: load-address
// fault: imul[lq].*bd1e995
// at: 3 31
// dropped: stop
#include "fault.h"

NOINLINE void work(uint64_t *Out, const uint64_t *Table, uint64_t A) {
  *Out = Table[A * K >> 30 & 15]; // stop
}

int main(void) {
  uint64_t Table[16], Out;
  for (unsigned I = 0; I != 16; ++I)
    Table[I] = I * 3 + 1;
  for (uint64_t I = 1; I < 6; ++I) {
    work(&Out, Table, I);
    emit(Out);
  }
}
