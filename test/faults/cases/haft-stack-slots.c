// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit where arguments are written to their slots, and leads 8 bytes
// up: nothing was in the frame before, so they are written again.
// kind: checkpoint
// technique: haft
// fault: mov[lq]\s+%(?:[er]di|[er]si|[er]dx|ecx|rcx|e?ax), -\w+\(%rsp\)
// when: before
// register: rsp
// at: 3 3
// copies: 3
// result: corrected
// dropped: skip
#include "fault.h"

// Weak: what might come back stays a jump, and work() without a frame.

struct thing {
  int Own;
  short Which;
  uint64_t Sum;
};

NOINLINE __attribute__((weak)) void use(struct thing *T) { T->Sum = T->Sum * K + (unsigned)T->Own; }
NOINLINE __attribute__((weak)) void other(struct thing *T) { T->Sum = ~T->Sum; }

NOINLINE void work(int A, short B, void *Arg, int C) {
  struct thing *T = Arg;
  T->Which = B;
  T->Own += C;
  if (A != T->Own) {
    other(T);
    return;
  }
  use(T);
}

int main(void) {
  struct thing T = {0, 0, 1};
  for (int I = 1; I < 6; ++I) {
    T.Own = I;
    work(I, (short)(I * 3), &T, 0);
    emit(T.Sum + (uint64_t)T.Which);
  }
}
