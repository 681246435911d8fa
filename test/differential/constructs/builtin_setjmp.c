// __builtin_setjmp and __builtin_longjmp.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

static void *Buffer[5];

NOINLINE static void jump(int Depth) {
  if (Depth == 0)
    __builtin_longjmp(Buffer, 1);
  jump(Depth - 1);
  fold(1);
}

NOINLINE static int run(int X) {
  volatile int Count = X;
  if (__builtin_setjmp(Buffer)) {
    Count = Count * 2;
    if (Count < 1000)
      jump(3);
    return Count;
  }
  jump(Count % 4);
  return -1;
}

int main(void) {
  for (int I = 1; I < 9; ++I)
    showValue("run", (uint64_t)run(I));
  return 0;
}
