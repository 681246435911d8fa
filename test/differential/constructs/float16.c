// Half precision.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

NOINLINE static _Float16 half(_Float16 A, _Float16 B) { return A * B + A - B; }
NOINLINE static int less(_Float16 A, _Float16 B) { return A < B ? 1 : A == B ? 2 : 3; }
NOINLINE static float widen(_Float16 A) { return (float)A; }
NOINLINE static _Float16 narrow(double A) { return (_Float16)A; }
NOINLINE static int toInt(_Float16 A) { return (int)A; }
NOINLINE static _Float16 sum(const _Float16 *P, int N) {
  _Float16 S = 0;
  for (int I = 0; I < N; ++I)
    S += P[I];
  return S;
}

int main(void) {
  _Float16 P[40];
  for (int I = 0; I < 40; ++I)
    P[I] = (_Float16)((double)(int)(rnd() % 2000) / 64 - 15);
  for (int I = 0; I + 1 < 40; ++I) {
    _Float16 R = half(P[I], P[I + 1]);
    foldBytes(&R, 2);
    fold((uint64_t)less(P[I], P[I + (I & 1)]));
    foldFloat(widen(P[I]));
    R = narrow(I * 1234.567);
    foldBytes(&R, 2);
    fold((uint64_t)toInt(P[I]));
  }
  _Float16 S = sum(P, 40);
  foldBytes(&S, 2);
  show("half");
  return 0;
}
