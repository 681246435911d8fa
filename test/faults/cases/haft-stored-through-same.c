// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An address is hit where the first of two stores goes through it, and the right place
// held the value already: reading back sees nothing, and the next comparison must not go
// back, as the wrong place has been written to.
// kind: store-address
// technique: haft
// fault: movq\s+%r\w+, \(%r[a-z]\w\)$
// register: rdi
// when: before
// at: 3 6
// copies: 1
// result: any-stop
// dropped: skip
#include "fault.h"

static uint64_t Out[128];

NOINLINE void work(uint64_t *To, uint64_t A) {
  To[0] = A * K >> 60;
  To[3] = A * 5;
}

int main(void) {
  for (uint64_t I = 0; I != 8; ++I)
    Out[16 * I + 8] = I + 7;
  for (uint64_t I = 1; I < 6; ++I)
    work(Out + 16 * I, I);
  for (int I = 0; I != 128; ++I)
    emit(Out[I]);
}
