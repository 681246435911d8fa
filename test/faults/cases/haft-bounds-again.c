// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A region goes on behind a bounds check that failed: what was computed in front
// of it is found wrong behind, and all of it, the runtime's call too, is done again.
// kind: return
// technique: haft
// beside: boundless
// fault: imul
// at: 3 20
// copies: 2
// result: corrected
#include "fault.h"
#include <stdlib.h>

NOINLINE uint64_t work(const uint64_t *P, uint64_t X, long At) {
  uint64_t Product = X * K;
  return Product + P[At];
}

int main(void) {
  // Out of bounds of 12 words; the plain build has them.
  uint64_t *P = calloc(64, 8);
  P = realloc(P, 12 * 8);
  for (uint64_t I = 1; I < 6; ++I)
    emit(work(P, I, 40));
}
