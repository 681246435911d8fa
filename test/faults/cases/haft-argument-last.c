// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As haft-argument-pointer.c, for a call that is the last thing its function does: made by a
// jump, there would be no frame to find the right one in.
// kind: load-address
// technique: haft
// fault: movq\s+%rdi, -?(?:0x)?\w*\(%rsp\)
// register: rdi
// when: before
// at: 3 44
// copies: 1
// result: corrected
// dropped: skip
#include "argument.h"

static struct thing Things[8], *At[8];

static NOINLINE void calls(struct thing *T, uint64_t A) {
  Calls = Calls + 1;
  work(T, A);
}

int main(void) {
  for (int I = 0; I != 8; ++I)
    At[I] = Things[I].Next = Things + I;
  for (volatile int I = 1; I < 6; ++I) {
    uint64_t N = I;
    calls(At[N], N);
  }
  for (int I = 0; I != 8; ++I)
    emit(Things[I].Sum);
  emit(Calls);
}
