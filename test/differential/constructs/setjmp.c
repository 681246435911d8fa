// setjmp and longjmp: nested, repeated, out of deep calls.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <setjmp.h>

static jmp_buf Outer, Inner;

NOINLINE static void descend(int Depth, int Code) {
  volatile int Local = Depth * 3;
  if (Depth == 0)
    longjmp(Inner, Code);
  descend(Depth - 1, Code);
  fold((uint64_t)Local);
}

NOINLINE static int attempt(int Code) {
  volatile int Tries = 0;
  int Kept = Code * 17;
  int R = setjmp(Inner);
  if (R == 0) {
    Tries = 1;
    descend(5, Code ? Code : 1);
    return -1;
  }
  Tries = Tries + 1;
  if (Tries < 4)
    longjmp(Inner, R + 1);
  return R * 100 + Tries + Kept;
}

NOINLINE static uint64_t loop(const uint64_t *P, int N) {
  volatile uint64_t Sum = 0;
  volatile int I = 0;
  int R = _setjmp(Outer);
  if (R)
    Sum ^= (uint64_t)R;
  while (I < N) {
    int At = I++;
    if (P[At] % 3 == 0)
      longjmp(Outer, At + 1);
    Sum += P[At];
  }
  return Sum;
}

NOINLINE static double floats(double X) {
  volatile double Y = X;
  switch (setjmp(Inner)) {
  case 0:
    Y = Y * 2;
    descend(2, 7);
    break;
  case 7:
    Y = Y + 0.5;
    longjmp(Inner, 8);
  case 8:
    return Y - X;
  }
  return -1;
}

int main(void) {
  uint64_t P[64];
  for (int I = 0; I < 64; ++I)
    P[I] = rnd();
  for (int I = 0; I < 5; ++I)
    showValue("attempt", (uint64_t)attempt(I));
  showValue("loop", loop(P, 64));
  printf("%.17g\n", floats((double)(P[0] & 1023) / 7));
  show("setjmp");
  return 0;
}
