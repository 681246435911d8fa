// Division of all widths, by variables and by constants.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

typedef __int128 S128;
typedef unsigned __int128 U128;

#define DIVIDE(Name, Type)                                                     \
  NOINLINE static Type quot##Name(Type A, Type B) { return (Type)(A / B); }    \
  NOINLINE static Type rem##Name(Type A, Type B) { return (Type)(A % B); }     \
  NOINLINE static Type both##Name(Type A, Type B) {                            \
    return (Type)((A / B) ^ (A % B));                                          \
  }                                                                            \
  NOINLINE static Type constants##Name(Type A) {                               \
    Type R = (Type)(A / 3 ^ A % 10);                                           \
    R = (Type)(R ^ A / 7 ^ A % 64 ^ A / 16 ^ A / 100);                         \
    return (Type)(R ^ A / 127 ^ A % 13);                                       \
  }                                                                            \
  static void run##Name(uint64_t X, uint64_t Y) {                              \
    Type A = (Type)X, B = (Type)Y;                                             \
    if (B == 0 || B == (Type)-1)                                               \
      B = 3;                                                                   \
    fold((uint64_t)quot##Name(A, B));                                          \
    fold((uint64_t)rem##Name(A, B));                                           \
    fold((uint64_t)both##Name(A, B));                                          \
    fold((uint64_t)constants##Name(A));                                        \
  }

DIVIDE(S8, int8_t)
DIVIDE(U8, uint8_t)
DIVIDE(S16, int16_t)
DIVIDE(U16, uint16_t)
DIVIDE(S32, int32_t)
DIVIDE(U32, uint32_t)
DIVIDE(S64, int64_t)
DIVIDE(U64, uint64_t)
DIVIDE(S128, S128)
DIVIDE(U128, U128)

NOINLINE static uint64_t gcd(uint64_t A, uint64_t B) {
  while (B) {
    uint64_t T = A % B;
    A = B;
    B = T;
  }
  return A;
}
NOINLINE static unsigned digits(uint64_t X, char *Out) {
  unsigned N = 0;
  do
    Out[N++] = (char)('0' + X % 10);
  while (X /= 10);
  return N;
}
NOINLINE static int guarded(int A, int B) {
  return B ? A / B : A;
}
NOINLINE static uint64_t mulDiv(uint64_t A, uint64_t B, uint64_t C) {
  return (uint64_t)((U128)A * B / C);
}

int main(void) {
  char Text[24];
  for (int I = 0; I < 300; ++I) {
    uint64_t X = rnd() >> (I % 40), Y = rnd() >> (I % 61);
    runS8(X, Y), runU8(X, Y), runS16(X, Y), runU16(X, Y);
    runS32(X, Y), runU32(X, Y), runS64(X, Y), runU64(X, Y);
    runS128(X, Y), runU128(X, Y);
    U128 Wide = (U128)X << 64 | Y;
    fold((uint64_t)quotU128(Wide, (U128)rnd() << (I % 63) | 1));
    fold(gcd(X, Y));
    fold(digits(X, Text));
    fold((uint64_t)guarded((int)X, (int)(Y & 3)));
    fold(mulDiv(X >> 3, Y >> 3, (X >> 3) | (Y >> 3) | 1));
  }
  fold((uint64_t)quotS64(INT64_MIN, 1));
  fold((uint64_t)remS32(INT32_MIN, 2));
  show("division");
  return 0;
}
