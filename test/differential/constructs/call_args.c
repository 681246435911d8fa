// Calls: many arguments, narrow types, sign extension, stack slots.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <stdbool.h>

NOINLINE static int8_t narrowS(int8_t A, int16_t B, bool C) {
  return (int8_t)(C ? A - B : A + B);
}
NOINLINE static uint16_t narrowU(uint8_t A, uint16_t B, char C) {
  return (uint16_t)(A * B + C);
}
NOINLINE static bool logical(int A, unsigned char B) { return A > B; }
NOINLINE static uint64_t twenty(uint64_t A, int B, short C, char D, uint64_t E,
                                unsigned F, uint64_t G, char H, short I, int J,
                                uint64_t K, bool L, uint8_t M, int16_t N,
                                uint64_t O, int P, char Q, uint64_t R, bool S,
                                uint64_t T) {
  return A + (uint64_t)B * 3 + (uint64_t)C * 5 + (uint64_t)D * 7 + E * 11 +
         F * 13u + G * 17 + (uint64_t)H * 19 + (uint64_t)I * 23 +
         (uint64_t)J * 29 + K * 31 + L * 37u + M * 41u + (uint64_t)N * 43 +
         O * 47 + (uint64_t)P * 53 + (uint64_t)Q * 59 + R * 61 + S * 67u + T;
}
NOINLINE static double mixed(double A, int B, float C, uint64_t D, double E,
                             float F, double G, float H, double I, double J,
                             float K, double L, int M, uint64_t N, short O,
                             uint64_t P, uint64_t Q, double R) {
  return A + B * 2 + C * 3 + (double)(D & 255) + E - F + G * 5 - H + I / 3 +
         J * 7 + K - L + M + (double)(N & 15) + O + (double)(P & 7) -
         (double)(Q & 3) + R;
}
NOINLINE static long double extended(int A, long double B, double C,
                                     long double D) {
  return A * B + C - D;
}
NOINLINE static __int128 wide(int A, __int128 B, uint64_t C, uint64_t D,
                              uint64_t E, __int128 F, uint64_t G) {
  return B * A + F + (__int128)(C + D + E + G);
}
NOINLINE static void outputs(int X, int *A, double *B, char **C) {
  static char Texts[3][6] = {"zero", "one", "two"};
  *A = X * 3;
  *B = X / 2.0;
  *C = Texts[X % 3];
}
NOINLINE static uint64_t identity(uint64_t X) { return X; }
NOINLINE static uint64_t constants(void) {
  return twenty(1, -2, 3, 4, 0x123456789abcdefull, 6, ~0ull, 'h', -9, 10, 11,
                true, 13, -14, 15, 16, 'q', 18, false, 20);
}

int main(void) {
  for (int I = 0; I < 100; ++I) {
    uint64_t X = rnd(), Y = rnd();
    fold((uint64_t)narrowS((int8_t)X, (int16_t)(Y & 63), I & 1));
    fold(narrowU((uint8_t)X, (uint16_t)Y, (char)I));
    fold(logical((int)(X & 255), (unsigned char)Y));
    fold(twenty(X, (int)Y, (short)X, (char)Y, Y, (unsigned)X, X, (char)X,
                (short)Y, (int)X, Y, I & 1, (uint8_t)X, (int16_t)Y, X, (int)Y,
                (char)X, Y, I & 2, X));
    double D = (double)(X >> 50), E = (double)(Y >> 52);
    foldDouble(mixed(D, I, (float)E, X, E, (float)D, D, 1.5f, E, D, 2.5f, E, I,
                     Y, (short)I, X, Y, D));
    long double L = extended(I, D, E, D);
    foldBytes(&L, 10);
    __int128 W = wide(I, (__int128)(int64_t)X * 5, X & 7, Y & 7, 9,
                      (__int128)(int64_t)Y, 7);
    fold((uint64_t)W ^ (uint64_t)(W >> 64));
    int A;
    double B;
    char *C;
    outputs(I, &A, &B, &C);
    fold((uint64_t)A + (uint64_t)C[1]);
    foldDouble(B);
    fold(identity(identity(X) + identity(Y)));
  }
  fold(constants());
  show("calls");
  return 0;
}
