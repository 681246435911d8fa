// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// clang gives the one jump of all computed gotos no line.
// kind: switch
// fault: imul[lq].*bd1e995
// at: 2 31
#include "fault.h"

NOINLINE uint64_t work(uint64_t A) {
  static const int Offset[4] = {0, &&One - &&Zero, &&Two - &&Zero,
                                &&Three - &&Zero};
  goto *(&&Zero + Offset[A * K >> 30 & 3]);
Zero:
  emit(10);
  return 1;
One:
  emit(11);
  return 2;
Two:
  emit(12);
  return 3;
Three:
  emit(13);
  return 4;
}

int main(void) {
  for (uint64_t I = 1; I < 9; ++I)
    emit(work(I));
}
