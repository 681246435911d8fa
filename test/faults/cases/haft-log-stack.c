// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit where an entry of the undo log is written, in a loop: it went
// where the wrong one leads, with those behind it. A register tells where the log ends; what
// the call before left in the right one, that nothing of the entry was written there.
// kind: checkpoint
// technique: haft
// fault: movups\s+%xmm0, -?\w*\(%rsp,%r\w+\)
// when: before
// register: rsp
// at: 20 16
// copies: 4
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
    work(Counts, In, sizeof In);
    emit(Counts[I]);
  }
}
