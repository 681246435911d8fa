// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: store-address
// fault: imul[lq].*bd1e995
// at: 3 34
#include "fault.h"

NOINLINE void work(unsigned char *Out, uint64_t A) {
  Out[A * K >> 30 & 63] = 7; // stop
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I) {
    unsigned char Out[64] = {0};
    work(Out, I);
    for (unsigned J = 0; J != 64; ++J)
      if (Out[J])
        emit(J);
  }
}
