// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Base or index of an address is hit behind a store through it, where it is compared for
// the next one: the first went where it should, which is seen by what the two places hold.
// kind: store-address
// technique: haft
// fault: cmpq\s+%r\w+, %r\w+$
// when: before
// at: 3 6
// copies: 4
// result: corrected
// dropped: skip
#include "fault.h"

static uint64_t Out[64];

NOINLINE void work(uint64_t *To, uint64_t At, uint64_t A) {
  To[At] = A * K >> 3;
  To[At + 1] = A * 5;
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I)
    work(Out, 8 * I, I);
  for (int I = 0; I != 64; ++I)
    emit(Out[I]);
}
