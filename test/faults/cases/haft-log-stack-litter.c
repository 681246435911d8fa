// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit where entries of the undo log may have been written, and leads
// down to words that others have left. No entry can be there: what they would name as the
// place of a store is nowhere.
// kind: checkpoint
// technique: haft
// fault: movq\s+-?\w+\(%rsp\), %r\w+
// when: before
// register: rsp
// at: 60 16
// copies: 10
// result: corrected
// dropped: skip
#include "fault.h"

static uint64_t Counts[16];

NOINLINE void work(uint64_t *C, const uint8_t *P, uint64_t N) {
  uint64_t A = N, B = N * 3, D = N * 5, E = N * 7, F = N * 9, G = N * 11;
#pragma nounroll
  for (uint64_t I = 0; I < N; ++I) {
    uint64_t X = C[P[I] % 16] * K + I;
    A += X, B ^= A, D += B * X, E ^= D >> 3, F += E * K, G ^= F;
    C[P[I] % 16] = X;
  }
  C[0] += A ^ B ^ D ^ E ^ F ^ G;
}

static NOINLINE void litter(void) {
  volatile uint64_t Words[16384];
  for (int I = 0; I != 16384; ++I)
    Words[I] = K * 0x10001 + (uint64_t)I;
}

int main(void) {
  static uint8_t In[100];
  for (int I = 0; I != 100; ++I)
    In[I] = (uint8_t)(I * 7);
  litter();
  work(Counts, In, sizeof In);
  for (int I = 0; I != 16; ++I)
    emit(Counts[I]);
}
