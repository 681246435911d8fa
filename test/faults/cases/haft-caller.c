// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An argument is hit before its second copy is made: both are wrong, and the address
// traps again where the function is run again. It has written to nothing but its frame
// (its caller's registers are there): the caller's region is run again, with the call.
// kind: load-address
// technique: haft
// function: look
// fault: movq\s+%rdi, -?\w*\(%rsp\)
// when: before
// register: rdi
// at: 3 45
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

struct item {
  uint64_t A, B;
};

static NOINLINE uint64_t look(const struct item *I, uint64_t X, uint64_t Y) {
  uint64_t Sum = 0;
  for (uint64_t N = 0; N < 4; ++N)
    Sum += (I[N].A ^ X) * (I[N].B + Y) + N * (X | Y);
  return Sum;
}

NOINLINE void work(uint64_t *Out, const struct item *I, uint64_t A) {
  uint64_t X = A * K, Y = A ^ X >> 3, Z = Y * 5;
  uint64_t R = look(I, X, Y);
  *Out = R + (X ^ Y) * Z;
}

int main(void) {
  static struct item Items[8];
  for (uint64_t I = 0; I != 8; ++I)
    Items[I] = (struct item){I * 3, I * I + 1};
  for (uint64_t I = 1; I < 6; ++I) {
    uint64_t Out;
    work(&Out, Items + I % 4, I);
    emit(Out);
  }
}
