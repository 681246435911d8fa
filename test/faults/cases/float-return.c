// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: return
// fault: mulss
// at: 2 20
#include "fault.h"

NOINLINE float work(float A) {
  return A * 1.37f; // stop
}

int main(void) {
  for (unsigned I = 1; I < 6; ++I)
    emit((uint64_t)(work(I) * 1e6f));
}
