// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An address is hit behind a store through it, where it is compared for the next one: the
// first went where it should, which is seen by what the two places hold.
// kind: store-address
// technique: haft
// fault: cmpq\s+%r\w+, %r\w+$
// when: before
// at: 3 6
// copies: 3
// result: corrected
// dropped: skip
#include "fault.h"

struct Node {
  uint64_t A;
  uint32_t B;
  struct Node *Next;
  uint16_t C;
};

static struct Node Out[64];

NOINLINE void work(struct Node *To, uint64_t A) {
  To->A = A * K >> 3;
  To->B = A * 5;
  To->C = A + 3;
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I)
    work(Out + 8 * I, I);
  for (int I = 0; I != 64; ++I)
    emit(Out[I].A ^ Out[I].B ^ Out[I].C);
}
