// long double (x87): arithmetic, stack depth, branches, conversions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LINK: -lm
#include "check.h"
#include <math.h>

typedef long double LD;

static void foldLong(LD Value) { foldBytes(&Value, 10); }

NOINLINE static LD arith(LD A, LD B) {
  return (A + B) * (A - B) / (B * B + 1) - A;
}

// More values alive than the x87 stack has places.
NOINLINE static LD deep(const LD *P) {
  LD A = P[0] * P[1], B = P[1] * P[2], C = P[2] * P[3], D = P[3] * P[4];
  LD E = P[4] * P[5], F = P[5] * P[6], G = P[6] * P[7], H = P[7] * P[8];
  LD I = P[8] * P[9], J = P[9] * P[0];
  return (A - B / C) * (D - E / F) + (G - H / I) * (J - A) + B * C + D * E +
         F * G + H * I + J;
}

NOINLINE static LD loop(LD X, int N) {
  LD Sum = 0, Term = 1;
  for (int I = 1; I <= N; ++I) {
    Term = Term * X / I;
    Sum += I & 1 ? Term : -Term;
  }
  return Sum;
}

NOINLINE static int compare(LD A, LD B) {
  if (A < B)
    return 1;
  if (A == B)
    return 2;
  return A > B ? 3 : 4;
}

NOINLINE static LD choose(int C, LD A, LD B) { return C ? A : B; }

NOINLINE static int64_t toInt(LD A) { return (int64_t)A; }
NOINLINE static uint64_t toUnsigned(LD A) { return (uint64_t)A; }
NOINLINE static double toDouble(LD A) { return (double)A; }
NOINLINE static float toFloat(LD A) { return (float)A; }
NOINLINE static LD fromAll(int64_t I, uint64_t U, double D, float F) {
  return (LD)I + (LD)U / 3 + D + F;
}

int main(void) {
  LD P[10];
  for (int I = 0; I < 10; ++I)
    P[I] = (LD)(int64_t)(rnd() >> 30) / 1024 - 1000;
  for (int I = 0; I + 1 < 10; ++I) {
    foldLong(arith(P[I], P[I + 1]));
    fold((uint64_t)compare(P[I], P[I + (I & 1)]));
    foldLong(choose(I & 2, P[I], P[I + 1]));
    fold((uint64_t)toInt(P[I]));
    fold(toUnsigned(P[I] < 0 ? -P[I] : P[I]));
    foldDouble(toDouble(P[I]));
    foldFloat(toFloat(P[I]));
    foldLong(fromAll((int64_t)rnd(), rnd(), (double)I, (float)I / 3));
    foldLong(sqrtl(P[I] * P[I] + 1) + fabsl(P[I]));
  }
  fold((uint64_t)compare(NAN, P[0]));
  foldLong(deep(P));
  printf("%.18Lg %.18Lg\n", loop(0.7L, 30), deep(P));
  show("x87");
  return 0;
}
