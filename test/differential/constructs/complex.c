// Complex numbers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LINK: -lm
#include "check.h"
#include <complex.h>

NOINLINE static double complex step(double complex Z, double complex C) {
  return Z * Z + C;
}
NOINLINE static float complex ratio(float complex A, float complex B) {
  return A / B - conjf(A) * 2;
}
NOINLINE static long double complex extended(long double complex A) {
  return A * A - A / 3;
}
NOINLINE static int mandel(double complex C) {
  double complex Z = 0;
  int N = 0;
  while (N < 60 && creal(Z) * creal(Z) + cimag(Z) * cimag(Z) < 4) {
    Z = step(Z, C);
    ++N;
  }
  return N;
}

int main(void) {
  for (int Y = 0; Y < 12; ++Y)
    for (int X = 0; X < 24; ++X)
      fold((uint64_t)mandel((X - 16) / 10.0 + (Y - 6) / 6.0 * I));
  show("mandelbrot");
  for (int J = 1; J < 30; ++J) {
    float complex F = ratio((float)J + 2 * I, 3 - (float)(J % 7) * I);
    foldFloat(crealf(F));
    foldFloat(cimagf(F));
    long double complex L = extended(J + 0.5L * I);
    long double Re = creall(L), Im = cimagl(L);
    foldBytes(&Re, 10);
    foldBytes(&Im, 10);
    fold(step(J, 1) == J * J + 1.0);
  }
  show("complex");
  return 0;
}
