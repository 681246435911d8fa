// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A region that begins in the middle of a function and logs stores: where it is begun
// again the log is empty, in registers, too. (The position's 0 had been moved to before
// the cut.)
// kind: store-value
// technique: haft
// fault: imul
// at: 40 16
// copies: 2
// copy: store-value load-value store-address branch back-edge
// result: corrected
// dropped: skip
#include "fault.h"

static uint64_t Counts[16];

NOINLINE uint64_t before(uint64_t N) { return N ^ K; }

NOINLINE void work(uint64_t *C, const uint8_t *P, uint64_t N) {
  uint64_t X = before(N);
#pragma nounroll
  for (uint64_t I = 0; I < N; ++I)
    C[P[I]] = C[P[I]] * K + I;
  C[0] += before(X);
}

int main(void) {
  static uint8_t In[64];
  for (int I = 0; I != 64; ++I)
    In[I] = (uint8_t)(I * 7 % 16);
  for (int I = 1; I < 3; ++I) {
    work(Counts, In, sizeof In);
    for (int J = 0; J != 16; ++J)
      emit(Counts[J]);
  }
}
