// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: call-argument
// fault: mulsd
// at: 2 50
#include "fault.h"

static NOINLINE void sink(double X) { emit((uint64_t)(X * 1e6)); }

NOINLINE uint64_t work(double A) {
  sink(A * 1.37); // stop
  return 0;
}

int main(void) {
  for (unsigned I = 1; I < 6; ++I)
    work(I);
}
