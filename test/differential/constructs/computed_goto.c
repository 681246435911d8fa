// Computed goto: a threaded interpreter, label differences.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

enum { Push, Add, Mul, Sub, Dup, Swap, Jnz, Dec, Print, Halt };

NOINLINE static int64_t interpret(const int *Code) {
  static const void *const Labels[] = {&&DoPush, &&DoAdd, &&DoMul,  &&DoSub,
                                       &&DoDup,  &&DoSwap, &&DoJnz, &&DoDec,
                                       &&DoPrint, &&DoHalt};
  int64_t Stack[32], *Sp = Stack;
  const int *Pc = Code;
#define NEXT goto *Labels[*Pc++]
  NEXT;
DoPush:
  *Sp++ = *Pc++;
  NEXT;
DoAdd:
  --Sp;
  Sp[-1] = (int64_t)((uint64_t)Sp[-1] + (uint64_t)*Sp);
  NEXT;
DoMul:
  --Sp;
  Sp[-1] = (int64_t)((uint64_t)Sp[-1] * (uint64_t)*Sp);
  NEXT;
DoSub:
  --Sp;
  Sp[-1] -= *Sp;
  NEXT;
DoDup:
  *Sp = Sp[-1];
  ++Sp;
  NEXT;
DoSwap : {
  int64_t T = Sp[-1];
  Sp[-1] = Sp[-2];
  Sp[-2] = T;
  NEXT;
}
DoJnz:
  Pc = *--Sp ? Code + *Pc : Pc + 1;
  NEXT;
DoDec:
  --Sp[-1];
  NEXT;
DoPrint:
  fold((uint64_t)Sp[-1]);
  NEXT;
DoHalt:
  return Sp[-1];
}

NOINLINE static int relative(int X) {
  static const int Offsets[] = {&&A - &&A, &&B - &&A, &&C - &&A};
  int R = 0;
Again:
  goto *(&&A + Offsets[X % 3]);
A:
  R += 1;
  X /= 3;
  if (X)
    goto Again;
  return R;
B:
  R += 10;
  --X;
  goto Again;
C:
  R += 100;
  X -= 2;
  goto Again;
}

int main(void) {
  // acc = 1; n = 20; do { acc = acc * 3 + n; } while (--n);
  static const int Code[] = {Push, 1, Push, 20, Swap, Push, 3,    Mul, Swap,
                             Dup,  Print, Swap, Push, 7, Add, Swap, Dec, Dup,
                             Jnz, 4, Halt};
  showValue("interpret", (uint64_t)interpret(Code));
  for (int I = 0; I < 50; ++I)
    fold((uint64_t)relative(I * 13));
  show("goto");
  return 0;
}
