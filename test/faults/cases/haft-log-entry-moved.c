// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit where an entry of the undo log is written, which goes two
// bytes up and makes a word of the right log that is no address. What it was to take
// back is not known: the process stops.
// kind: checkpoint
// technique: haft
// fault: movq\s+%r\w+, -?\w+\(%rsp,%r\w+\)
// when: before
// register: rsp
// at: 40 1
// copies: 1
// result: any-stop
// dropped: skip
#include "fault.h"

static uint64_t Counts[16];

NOINLINE void work(uint64_t *C, const uint8_t *P, uint64_t N) {
  uint64_t A = N, B = N * 3, D = N * 5, E = N * 7, F = N ^ 9;
  for (uint64_t I = 0; I < N; ++I) {
    uint64_t X = C[P[I]];
    C[P[I]] = X * K + I;
    A = A * 3 + (X ^ B);
    B = B * 5 + (A ^ D);
    D = D * 7 + (B ^ E);
    E = E * 9 + (D ^ F);
    F = F * 11 + (E ^ A);
  }
  C[0] ^= A ^ B ^ D ^ E ^ F;
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
