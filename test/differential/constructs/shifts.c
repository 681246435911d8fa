// Shifts and rotates of all widths, by variables, double shifts, BMI2.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS:
// FLAGS: -mbmi -mbmi2
// NEEDS: bmi1 bmi2
#include "check.h"

typedef unsigned __int128 U128;

#define SHIFTS(Name, Unsigned, Signed, Bits)                                   \
  NOINLINE static Unsigned shift##Name(Unsigned X, unsigned By) {              \
    unsigned N = By % (Bits);                                                  \
    Unsigned R = (Unsigned)(X << N);                                           \
    R = (Unsigned)(R + (Unsigned)(X >> N));                                    \
    R = (Unsigned)(R ^ (Unsigned)((Signed)X >> N));                            \
    R = (Unsigned)(R + (Unsigned)((X << N) | (X >> ((Bits)-N) % (Bits))));     \
    R = (Unsigned)(R ^ (Unsigned)((X >> N) | (X << ((Bits)-N) % (Bits))));     \
    return (Unsigned)(R + (Unsigned)(X << 3) + (Unsigned)(X >> 5));            \
  }

SHIFTS(8, uint8_t, int8_t, 8)
SHIFTS(16, uint16_t, int16_t, 16)
SHIFTS(32, uint32_t, int32_t, 32)
SHIFTS(64, uint64_t, int64_t, 64)
SHIFTS(128, U128, __int128, 128)

NOINLINE static uint64_t funnel(uint64_t A, uint64_t B, unsigned By) {
  return By % 64 ? A << By % 64 | B >> (64 - By % 64) : A;
}
NOINLINE static uint64_t masks(uint64_t X, unsigned By) {
  uint64_t R = X & ((1ull << By % 64) - 1);
  R ^= X & ~(~0ull << By % 64);
  R += X & (X - 1);
  R ^= X & -X;
  R += X ^ (X - 1);
  return R + (~X & (uint64_t)By);
}
NOINLINE static uint64_t memory(uint64_t *P, unsigned By) {
  *P <<= By & 63;
  *P |= 1;
  *P >>= By / 2 & 63;
  return *P;
}
NOINLINE static uint64_t rotates(uint64_t X, unsigned By) {
  uint64_t R = __builtin_rotateleft64(X, By);
  R ^= __builtin_rotateright32((uint32_t)X, By);
  R += __builtin_rotateleft16((uint16_t)X, (uint16_t)By);
  return R ^ __builtin_rotateright8((uint8_t)X, (uint8_t)By);
}
NOINLINE static uint64_t product(uint64_t A, uint64_t B) {
  return (uint64_t)((U128)A * B >> 64) + (uint64_t)((__int128)(int64_t)A * (int64_t)B >> 70);
}

int main(void) {
  for (unsigned I = 0; I < 400; ++I) {
    uint64_t X = rnd(), Y = rnd();
    unsigned By = (unsigned)(Y >> 9);
    fold(shift8((uint8_t)X, By));
    fold(shift16((uint16_t)X, By));
    fold(shift32((uint32_t)X, By));
    fold(shift64(X, By));
    U128 W = shift128((U128)X << 64 | Y, By);
    fold((uint64_t)W ^ (uint64_t)(W >> 64) * 3);
    fold(funnel(X, Y, By));
    fold(masks(X, By));
    fold(memory(&Y, By));
    fold(rotates(X, By));
    fold(product(X, Y));
  }
  show("shifts");
  return 0;
}
