// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The address is hit when it has been compared and the store is not made yet:
// what was written cannot be taken back, so this stops.
// kind: store-address
// technique: haft
// fault: mov[lq]\s+%[re]\w+, \(%r\w+\)$
// when: before
// at: 3 4
// result: any-stop
// copies: 1
// dropped: escape|stop
#include "fault.h"

static uint64_t Out[64];

NOINLINE void work(uint64_t *To, uint64_t A) { *To = A * K >> 3; }

int main(void) {
  for (uint64_t I = 1; I < 6; ++I)
    work(Out + 8 * I, I);
  for (int I = 0; I != 64; ++I)
    emit(Out[I]);
}
