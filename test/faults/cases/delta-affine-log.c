// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As delta-log.c, in the affine code. A loop that overwrites what it has read: its stores are taken back, and
// landings encode the second copy anew.
// kind: store-value
// technique: delta
// flags: -fcrit-recover=rollback -fcrit-delta-scheme=affine
// fault: imul[lq].*bd1e995
// at: 20 9
// result: moved
// dropped: skip
#include "fault.h"

static uint64_t Counts[16];

NOINLINE void work(uint64_t *C, const uint8_t *P, uint64_t N) {
  for (uint64_t I = 0; I < N; ++I)
    C[P[I]] = C[P[I]] * K + I;
}

int main(void) {
  static uint8_t In[64];
  for (int I = 0; I != 64; ++I)
    In[I] = (uint8_t)(I * 7 % 16);
  for (int I = 1; I < 6; ++I) {
    work(Counts, In, sizeof In);
    emit(Counts[I]);
  }
}
