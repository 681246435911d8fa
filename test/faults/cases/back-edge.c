// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loop should end, but goes on until the condition holds by chance again.
// The copy that is hit says "go on" while the loop ends: that is an exit.
// kind: back-edge
// copy: branch
// fault: imul[lq].*bd1e995
// at: 3 32
#include "fault.h"

static NOINLINE uint64_t next(void) {
  static volatile uint64_t I;
  I = I + 1;
  emit(I);
  return I;
}

NOINLINE uint64_t work(void) {
  while ((next() * K >> 30 & 7) != (3 * K >> 30 & 7)) // stop
    ;
  return 0;
}

int main(void) { work(); }
