//===- log-vector.h - sums of vectors that are logged ---*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_TEST_LOG_VECTOR_H
#define CRIT_TEST_LOG_VECTOR_H

#include "fault.h"

typedef uint64_t Pair __attribute__((vector_size(16), aligned(8)));
static Pair Sums[16][2];

NOINLINE void work(Pair *S, const uint8_t *P, uint64_t N) {
  for (uint64_t I = 0; I < N; ++I) {
    Pair A = S[2 * P[I]], B = S[2 * P[I] + 1];
    S[2 * P[I]] = A + A + B;
    S[2 * P[I] + 1] = B + A;
  }
}

int main(void) {
  static uint8_t In[64];
  for (int I = 0; I != 64; ++I)
    In[I] = (uint8_t)(I * 7 % 16);
  for (int I = 0; I != 16; ++I)
    Sums[I][0] = (Pair){K, (uint64_t)I}, Sums[I][1] = (Pair){(uint64_t)I, K};
  for (int I = 1; I < 3; ++I)
    work(&Sums[0][0], In, sizeof In);
  for (int J = 0; J != 32; ++J) {
    emit(Sums[J / 2][J % 2][0]);
    emit(Sums[J / 2][J % 2][1]);
  }
}

#endif
