// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// With a variable that is alive in every other call of work(), from the first on.
#include "caller.h"

static NOINLINE void fill(uint64_t *Of, uint64_t With) {
  for (uint64_t I = 0; I != 120; ++I)
    Of[I] = I * With + K;
}

static NOINLINE uint64_t sum(const uint64_t *Of) {
  uint64_t Sum = 0;
  for (uint64_t I = 0; I != 120; ++I)
    Sum = Sum * 3 + Of[I];
  return Sum;
}

static NOINLINE uint64_t step(uint64_t X) {
  Out[7] += X;
  return X * K;
}

static NOINLINE uint64_t from(uint64_t *P, uint64_t N) {
  uint64_t Sum = 0;
#pragma clang loop unroll(disable)
  for (uint64_t I = 0; I != N; ++I) {
    {
      uint64_t Kept[120];
      fill(Kept, Sum);
      Sum += work(P, I);
      Sum += sum(Kept);
    }
    Sum += step(Sum); // ends the region that read it
    Sum += work(P, Sum);
  }
  return Sum;
}
