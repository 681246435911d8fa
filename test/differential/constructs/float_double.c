// float and double arithmetic, comparisons, selects.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LINK: -lm
#include "check.h"
#include <math.h>

#define FLOAT_OPS(Type)                                                        \
  NOINLINE static Type arith_##Type(Type A, Type B, Type C) {                  \
    Type R = A * B + C;                                                        \
    R -= A / (B + (Type)1.5);                                                  \
    R = R > C ? R - C : R + C;                                                 \
    return -R * (Type)0.125;                                                   \
  }                                                                            \
  NOINLINE static int compare_##Type(Type A, Type B) {                         \
    return (A < B) | (A <= B) << 1 | (A > B) << 2 | (A >= B) << 3 |            \
           (A == B) << 4 | (A != B) << 5;                                      \
  }                                                                            \
  NOINLINE static Type sum_##Type(const Type *P, int N) {                      \
    Type Sum = 0, Max = P[0];                                                  \
    for (int I = 0; I < N; ++I) {                                              \
      Sum += P[I];                                                             \
      if (P[I] > Max)                                                          \
        Max = P[I];                                                            \
    }                                                                          \
    return Sum - Max;                                                          \
  }                                                                            \
  NOINLINE static Type poly_##Type(Type X) {                                   \
    Type R = (Type)0.001;                                                      \
    for (int I = 1; I < 9; ++I)                                                \
      R = R * X + (Type)I;                                                     \
    return R;                                                                  \
  }

FLOAT_OPS(float)
FLOAT_OPS(double)

NOINLINE static double library(double X) {
  return sqrt(X) + fabs(X - 50) + copysign(X, 1 - X) + floor(X) - ceil(X * 2) +
         trunc(X / 3);
}

int main(void) {
  float F[64];
  double D[64];
  for (int I = 0; I < 64; ++I) {
    F[I] = (float)(rnd() % 100000) / 64.0f - 500.0f;
    D[I] = (double)(rnd() % 10000000) / 4096.0 - 900.0;
  }
  for (int I = 0; I + 2 < 64; ++I) {
    foldFloat(arith_float(F[I], F[I + 1], F[I + 2]));
    foldDouble(arith_double(D[I], D[I + 1], D[I + 2]));
    fold((uint64_t)compare_float(F[I], F[I + (I & 1)]));
    fold((uint64_t)compare_double(D[I], D[I + (I & 1)]));
    foldFloat(poly_float(F[I] / 100));
    foldDouble(poly_double(D[I] / 100));
    foldDouble(library(fabs(D[I])));
  }
  foldFloat(sum_float(F, 64));
  foldDouble(sum_double(D, 64));
  printf("%.17g %.9g\n", sum_double(D, 64), (double)sum_float(F, 64));
  show("floats");
  return 0;
}
