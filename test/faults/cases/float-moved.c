// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: return
// fault: mova[a-z]+\s+%xmm\d+, %xmm0
// at: 2 20
// dropped: skip
// known: the move into the result register is not compared for vectors
#include "fault.h"

NOINLINE float work(float A) {
  return A * 1.37f; // stop
}

int main(void) {
  for (unsigned I = 1; I < 6; ++I)
    emit((uint64_t)(work(I) * 1e6f));
}
