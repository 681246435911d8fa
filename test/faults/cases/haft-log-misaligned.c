// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit behind an entry of the undo log, and leads two bytes up: an
// entry there would make a word of the right log that is no address. There is none:
// repaired.
// kind: checkpoint
// technique: haft
// fault: cmpq\s+%rsp, 
// when: before
// register: rsp
// at: 3 1
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

static uint64_t Counts[16];

NOINLINE void work(uint64_t *C, uint64_t A) {
  uint64_t *P = C + A % 16, *Q = C + A % 7;
  *P = *P * K + A;
  *Q = *Q * 5 + *P;
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I) {
    work(Counts, I * 3);
    emit(Counts[I] + Counts[I * 3 % 16]);
  }
}
