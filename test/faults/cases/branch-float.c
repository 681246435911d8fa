// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: branch
// fault: mulsd
// at: 2 60
#include "fault.h"

static NOINLINE void small(void) { emit(1); }
static NOINLINE void large(void) { emit(2); }

NOINLINE uint64_t work(double A) {
  if (A * 1.37 > 3.9) // stop
    large();
  else
    small();
  return 0;
}

int main(void) {
  for (unsigned I = 1; I < 6; ++I)
    work(I);
}
