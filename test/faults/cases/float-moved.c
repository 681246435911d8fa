// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: return
// fault: mova[a-z]+\s+%xmm\d+, %xmm0
// at: 2 20
// copies: 1
#include "fault.h"

NOINLINE float work(float A, float B) {
  return B; // stop
}

int main(void) {
  for (unsigned I = 1; I < 6; ++I)
    emit((uint64_t)(work(I, I * 1.37f) * 1e6f));
}
