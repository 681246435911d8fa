//===- log-counter.h - counters that bytes choose ---*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_TEST_LOG_COUNTER_H
#define CRIT_TEST_LOG_COUNTER_H

#include "fault.h"

static uint64_t Counts[2][64];

NOINLINE void work(uint64_t (*C)[64], const uint8_t *P, uint64_t N) {
  for (uint64_t I = 0; I < N; ++I)
    ++C[1][P[I]];
}

int main(void) {
  static uint8_t In[96];
  for (int I = 0; I != 96; ++I)
    In[I] = (uint8_t)(I * 7 % 64);
  for (int I = 1; I < 4; ++I)
    work(Counts, In, sizeof In);
  for (int I = 0; I != 128; ++I)
    emit(Counts[I / 64][I % 64]);
}

#endif
