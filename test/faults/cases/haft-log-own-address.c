// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An address is hit where it is written to the undo log, and leads to another counter:
// the entry holds that place and what was at the right one. Taken back, it would spoil
// the other counter.
// kind: store-value
// technique: haft
// fault: movq\s+%r\w+, -?\w*\(%rsp,%r\w+\)
// when: before
// register: first
// at: 3 4
// copies: 1
// result: any-stop
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
    for (int J = 0; J != 16; ++J)
      emit(Counts[J]);
  }
}
