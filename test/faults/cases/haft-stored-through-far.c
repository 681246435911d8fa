// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A base or an index is hit behind a store through both, where it is compared for the next
// one, in a bit that leads out of all that a program has: through that the store would
// have trapped.
// kind: store-address
// technique: haft
// fault: cmpq\s+%r\w+, %r\w+$
// when: before
// at: 3 50
// copies: 3
// result: corrected
// dropped: skip
#include "fault.h"

static uint64_t Out[128];

NOINLINE void work(uint64_t *To, uint64_t At, uint64_t A) {
  To[At] = A * K >> 3;
  To[At + 5] = A * 7;
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I)
    work(Out, 8 * I, I);
  for (int I = 0; I != 128; ++I)
    emit(Out[I]);
}
