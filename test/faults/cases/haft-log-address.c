// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An address is hit between its comparison and the entry of the undo log: the store
// traps, then taking back what the entry says traps. The entry is dropped.
// kind: store-address
// technique: haft
// fault: movq\s+%r\w+, -?\w*\(%rsp,%r\w+\)
// when: before
// register: first
// at: 3 57
// copies: 1
// result: corrected
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
