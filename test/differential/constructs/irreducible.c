// Control flow with several entries into loops.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

NOINLINE static uint64_t twoEntries(uint64_t X, int Which) {
  uint64_t R = 1;
  unsigned Turns = 0;
  if (Which & 1)
    goto Middle;
Top:
  R = R * 3 + X;
  X >>= 1;
  if (Which & 2 && Turns == 3)
    goto Other;
Middle:
  R ^= X * 5;
  if (++Turns < 20)
    goto Top;
  return R;
Other:
  R += 77;
  ++Turns;
  if (X & 1)
    goto Middle;
  goto Top;
}
NOINLINE static int threeLoops(const unsigned char *P, int N) {
  int I = 0, R = 0;
  if (N > 10)
    goto B;
A:
  if (I >= N)
    return R;
  R = (R * 3 + P[I++]) & 0xffffff;
  if (P[I % N] & 1)
    goto C;
B:
  if (I >= N)
    return R + 1;
  R ^= P[I++];
  if (P[I % N] & 2)
    goto A;
C:
  if (I >= N)
    return R + 2;
  R = (R * 7 + P[I++]) & 0xffffff;
  if (P[I % N] & 4)
    goto B;
  goto A;
}
NOINLINE static int intoSwitch(int X) {
  int R = 0, Turns = 0;
  if (X > 50)
    goto Inside;
  for (; Turns < 10; ++Turns) {
    switch ((X + Turns) % 4) {
    case 0:
      R += 1;
      break;
    case 1:
    Inside:
      R += 20;
      if (R > 100)
        goto Leave;
      break;
    default:
      R *= 2;
    }
  }
Leave:
  return R * 10 + Turns;
}

int main(void) {
  unsigned char Bytes[40];
  for (int I = 0; I < 80; ++I) {
    for (int J = 0; J < 40; ++J)
      Bytes[J] = (unsigned char)rnd();
    fold(twoEntries(rnd(), I));
    fold((uint64_t)threeLoops(Bytes, 1 + I % 40));
    fold((uint64_t)intoSwitch(I));
  }
  show("irreducible");
  return 0;
}
