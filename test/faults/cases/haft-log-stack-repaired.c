// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit where the undo log is emptied or nothing of it written:
// no entry is where the wrong one leads, and the log knows all: it is repaired.
// kind: checkpoint
// technique: haft
// fault: cmpq\s+%rsp, 
// when: before
// register: rsp
// at: 3 16
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
