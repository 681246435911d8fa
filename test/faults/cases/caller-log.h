// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// With nothing in most of its frame while it calls: an undo log of 2 KB.
#include "caller.h"

static NOINLINE uint64_t from(uint64_t *P, uint64_t N) {
  uint64_t Sum = 0;
  for (uint64_t I = 0; I != N; ++I) {
    P[I & 7] += P[I * 5 & 7];
    Sum += work(P, Sum);
  }
  return Sum;
}
