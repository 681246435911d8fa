// Conversions, minimum and maximum, rounding, denormals.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LINK: -lm
#include "check.h"
#include <float.h>
#include <math.h>

NOINLINE static double fromInts(int8_t A, uint16_t B, int32_t C, uint32_t D,
                                int64_t E, uint64_t F) {
  return (double)A + (double)B - (double)C + (double)D * 0.5 +
         (double)E / 3 + (double)F / 7;
}
NOINLINE static float fromIntsF(int32_t C, uint32_t D, int64_t E, uint64_t F) {
  return (float)C + (float)D / 3 + (float)E / 1e9f + (float)F / 1e10f;
}
NOINLINE static uint64_t toInts(double X) {
  uint64_t R = (uint64_t)(int64_t)X * 3;
  R ^= (uint64_t)(int32_t)(X / 1e10) + (uint64_t)(int16_t)(X / 1e16);
  double P = X < 0 ? -X : X;
  return R + (uint64_t)P * 5 + (uint32_t)(P / 1e10) + (uint8_t)(P / 1e18);
}
NOINLINE static uint64_t toIntsF(float X) {
  float P = X < 0 ? -X : X;
  return (uint64_t)(int64_t)X ^ (uint64_t)P * 3 ^ (uint32_t)(P / 1e10f);
}
NOINLINE static float narrow(double X) { return (float)X; }
NOINLINE static double widen(float X) { return X; }
NOINLINE static double wide128(__int128 X) { return (double)X; }
NOINLINE static __int128 to128(double X) { return (__int128)X; }

NOINLINE static double rounds(double X) {
  return floor(X) + 2 * ceil(X) + 3 * trunc(X) + 5 * rint(X) +
         7 * nearbyint(X) + 11 * round(X) + (double)lrint(X) +
         (double)llround(X);
}
NOINLINE static float roundsF(float X) {
  return floorf(X) + 2 * ceilf(X) + 3 * truncf(X) + 5 * rintf(X) + roundf(X);
}
NOINLINE static double minmax(double A, double B) {
  return fmin(A, B) * 2 + fmax(A, B) + (A < B ? A : B) + (A > B ? A : B);
}
NOINLINE static double parts(double X) {
  int Exponent;
  double M = frexp(X, &Exponent);
  return M + ldexp(M, Exponent / 2) + copysign(fabs(M), -X) + fma(X, M, 1);
}
NOINLINE static double denormal(double X, int N) {
  double R = DBL_MIN * X;
  for (int I = 0; I < N; ++I)
    R *= 0.5;
  return R;
}
NOINLINE static float denormalF(float X) { return FLT_MIN / X * 0.25f; }
NOINLINE static uint64_t bitsOf(double X) {
  uint64_t R;
  memcpy(&R, &X, sizeof(R));
  return R;
}
NOINLINE static double ofBits(uint64_t X) {
  double R;
  memcpy(&R, &X, sizeof(R));
  return R;
}
NOINLINE static double fastRoot(double X) {
  double Y = ofBits(0x5fe6eb50c7b537a9u - (bitsOf(X) >> 1));
  return Y * (1.5 - X * 0.5 * Y * Y);
}

int main(void) {
  for (int I = 0; I < 200; ++I) {
    uint64_t X = rnd(), Y = rnd() >> (I % 60);
    foldDouble(fromInts((int8_t)X, (uint16_t)X, (int32_t)X, (uint32_t)X,
                        (int64_t)X, Y));
    foldFloat(fromIntsF((int32_t)X, (uint32_t)X, (int64_t)X, Y));
    double D = (double)(int64_t)X * 0.9;
    fold(toInts(D));
    fold(toIntsF((float)D * 0.5f));
    foldFloat(narrow(D / 3));
    foldDouble(widen((float)D));
    foldDouble(wide128((__int128)(int64_t)X * (int64_t)(Y >> 1)));
    fold((uint64_t)to128(D * 1e6) ^ (uint64_t)(to128(D * 1e6) >> 64));
    double Small = (double)(int64_t)(X % 4001) / 8 - 250;
    foldDouble(rounds(Small));
    foldFloat(roundsF((float)Small));
    foldDouble(minmax(Small, (double)(I % 9)));
    foldDouble(parts(Small + 0.1));
    foldDouble(denormal(Small, I % 60));
    foldFloat(denormalF((float)Small + 0.01f));
    foldDouble(fastRoot(fabs(Small) + 1));
  }
  show("convert");
  return 0;
}
