// Large immediates, constant tables, floating-point constants.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

NOINLINE static uint64_t immediates(uint64_t X) {
  uint64_t R = X + 0x123456789abcdef0;
  R ^= 0xfedcba9876543210;
  R *= 0x9e3779b97f4a7c15;
  R -= 0x7fffffff;
  R &= 0xffffffff0000ffff;
  R |= 0x80000000;
  R += X > 0x8000000000000000 ? 0xdeadbeefcafe : 1;
  if (X == 0xabcdef0123456789 || R < 0xffffffff)
    return 3;
  return R ^ (X & 0xffffffff80000000);
}
NOINLINE static double reals(double X) {
  return X * 3.141592653589793 + 2.718281828459045 / (X + 1e100) - 0.0 +
         (X > 1e-300 ? 1e300 : -0.0) * 1e-300 + (double)1.5f;
}
NOINLINE static float realsF(float X) { return X * 0.1f - 7e-10f + 1e20f / X; }
static const uint16_t Table[64] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9};
static const char *const Words[] = {"alpha", "beta", "gamma", "delta"};
static const struct {
  int A;
  const uint16_t *P;
  double D;
} Rows[] = {{1, Table, 0.5}, {2, Table + 5, 1.5}, {3, Table + 9, -2}};

int main(void) {
  for (unsigned I = 0; I < 100; ++I) {
    uint64_t X = rnd();
    fold(immediates(X));
    foldDouble(reals((double)(X >> 33)));
    foldFloat(realsF((float)(X >> 44) + 1));
    fold(Table[X % 64] + (uint64_t)Words[X % 4][X % 4]);
    fold((uint64_t)Rows[X % 3].A + Rows[X % 3].P[X % 5]);
    foldDouble(Rows[X % 3].D);
  }
  fold(immediates(0xabcdef0123456789));
  show("constants");
  return 0;
}
