// Integers of every width: arithmetic, shifts, comparisons.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

typedef __int128 S128;
typedef unsigned __int128 U128;

// One function per type: every operator on unknown operands. Division by zero
// and the overflowing division are excluded by the operands.
#define UNSIGNED_OPS(Type, Bits)                                               \
  NOINLINE static Type ops_##Type(Type A, Type B) {                            \
    Type R = (Type)(A + B);                                                    \
    R = (Type)(R ^ (Type)(A - B));                                             \
    R = (Type)(R + (Type)((Type)(A | 1) * (Type)(B & 0x5a)));                  \
    R = (Type)(R ^ (Type)(A / (Type)(B | 1)));                                 \
    R = (Type)(R + (Type)(A % (Type)(B | 1)));                                 \
    R = (Type)(R ^ (Type)(A << (unsigned)(B % (Bits))));                       \
    R = (Type)(R + (Type)(A >> (unsigned)(B % (Bits))));                       \
    R = (Type)(R ^ (Type)(~A & B));                                            \
    R = (Type)(R + (Type)(A < B) + (Type)(A <= B) * 2 + (Type)(A == B));       \
    return A > B ? R : (Type)-R;                                               \
  }

#define SIGNED_OPS(Type, Bits)                                                 \
  NOINLINE static int sops_##Type(Type A, Type B) {                            \
    int R = A < B;                                                             \
    R = R * 2 + (A >= B);                                                      \
    R = R * 2 + (A != B);                                                      \
    R = R * 2 + (A < 0);                                                       \
    R = R * 2 + ((A >> ((unsigned)(B & 63) % (Bits))) < B);                    \
    Type D = B == 0 || B == -1 ? 3 : B;                                        \
    R = R * 2 + (A / D < B);                                                   \
    R = R * 2 + (A % D > 0);                                                   \
    return R;                                                                  \
  }

UNSIGNED_OPS(uint8_t, 8)
UNSIGNED_OPS(uint16_t, 16)
UNSIGNED_OPS(uint32_t, 32)
UNSIGNED_OPS(uint64_t, 64)
UNSIGNED_OPS(U128, 128)
SIGNED_OPS(int8_t, 8)
SIGNED_OPS(int16_t, 16)
SIGNED_OPS(int32_t, 32)
SIGNED_OPS(int64_t, 64)
SIGNED_OPS(S128, 128)

NOINLINE static uint64_t casts(uint64_t X) {
  uint64_t R = (uint64_t)(int64_t)(int8_t)X;
  R ^= (uint64_t)(int64_t)(int16_t)(X >> 3);
  R += (uint64_t)(int64_t)(int32_t)(X >> 7);
  R ^= (uint8_t)(X >> 8) * 3u;
  R += (uint16_t)(X >> 16) ^ (uint32_t)(X >> 32);
  R ^= (uint64_t)((S128)(int64_t)X >> 64);
  return R;
}

int main(void) {
  for (int I = 0; I < 400; ++I) {
    uint64_t A = rnd(), B = rnd() >> (I % 60);
    U128 A128 = (U128)A << 64 | B, B128 = (U128)B << (I % 64) | A;
    fold(ops_uint8_t((uint8_t)A, (uint8_t)B));
    fold(ops_uint16_t((uint16_t)A, (uint16_t)B));
    fold(ops_uint32_t((uint32_t)A, (uint32_t)B));
    fold(ops_uint64_t(A, B));
    U128 R = ops_U128(A128, B128);
    fold((uint64_t)R);
    fold((uint64_t)(R >> 64));
    fold((uint64_t)sops_int8_t((int8_t)A, (int8_t)B));
    fold((uint64_t)sops_int16_t((int16_t)A, (int16_t)B));
    fold((uint64_t)sops_int32_t((int32_t)A, (int32_t)B));
    fold((uint64_t)sops_int64_t((int64_t)A, (int64_t)B));
    fold((uint64_t)sops_S128((S128)A128, (S128)B128));
    fold(casts(A ^ B));
  }
  show("widths");
  return 0;
}
