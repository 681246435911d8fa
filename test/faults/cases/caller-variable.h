// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// With a variable that it needs behind each call in most of its frame.
#include "caller.h"

static NOINLINE uint64_t from(uint64_t *P, uint64_t N) {
  uint64_t Sum = 0, Kept[120];
  for (uint64_t I = 0; I != 120; ++I)
    Kept[I] = I * K;
  for (uint64_t I = 0; I != N; ++I) {
    Sum += work(P, Sum);
    Kept[Sum % 120] += I;
  }
  for (uint64_t I = 0; I != 120; ++I)
    Sum = Sum * 3 + Kept[I];
  return Sum;
}
