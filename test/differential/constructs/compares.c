// Every order of integers, decided by branch, selection and as a value, against
// registers and constants, of all widths: delta asks other flags than the native
// compare's, at other operands.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LEVELS: -O0 -O2
// ARCH: default
#include "check.h"

static uint64_t Sum;
static NOINLINE void taken(unsigned N) { Sum = Sum * 31 + N; }

#define ONE(T, NAME, OP, RIGHT, N)                                             \
  static NOINLINE void branch_##NAME(T x, T y) {                               \
    if (x OP RIGHT)                                                            \
      taken(N);                                                                \
    else                                                                       \
      taken(N + 1);                                                            \
  }                                                                            \
  static NOINLINE T select_##NAME(T x, T y, T a, T b) {                        \
    return x OP RIGHT ? a : b;                                                 \
  }                                                                            \
  static NOINLINE int value_##NAME(T x, T y) { return x OP RIGHT; }            \
  static NOINLINE int sum_##NAME(T x, T y) {                                   \
    T s = (T)((uint64_t)x + (uint64_t)y);                                      \
    return s OP RIGHT ? 5 : 9;                                                 \
  }                                                                            \
  static NOINLINE void all_##NAME(T x, T y) {                                           \
    branch_##NAME(x, y);                                                       \
    taken((unsigned)select_##NAME(x, y, (T)11, (T)12));                        \
    taken((unsigned)value_##NAME(x, y));                                       \
    taken((unsigned)sum_##NAME(x, y));                                         \
  }

#define ORDERS(T, S, RIGHT, TAG)                                               \
  ONE(T, S##_##TAG##_lt, <, RIGHT, 1)                                          \
  ONE(T, S##_##TAG##_le, <=, RIGHT, 3)                                         \
  ONE(T, S##_##TAG##_gt, >, RIGHT, 5)                                          \
  ONE(T, S##_##TAG##_ge, >=, RIGHT, 7)                                         \
  ONE(T, S##_##TAG##_eq, ==, RIGHT, 9)                                         \
  ONE(T, S##_##TAG##_ne, !=, RIGHT, 21)                                        \
  static NOINLINE void orders_##S##_##TAG(T x, T y) {                                   \
    all_##S##_##TAG##_lt(x, y);                                                \
    all_##S##_##TAG##_le(x, y);                                                \
    all_##S##_##TAG##_gt(x, y);                                                \
    all_##S##_##TAG##_ge(x, y);                                                \
    all_##S##_##TAG##_eq(x, y);                                                \
    all_##S##_##TAG##_ne(x, y);                                                \
  }

#define TYPE(T, S)                                                             \
  ORDERS(T, S, y, reg)                                                         \
  ORDERS(T, S, (T)0, zero)                                                     \
  ORDERS(T, S, (T)1, one)                                                      \
  ORDERS(T, S, (T)-1, minus)                                                   \
  ORDERS(T, S, (T)100, hundred)                                                \
  ORDERS(T, S, (T)(0x7fffffffffffffff >> (64 - 8 * sizeof(T))), most)          \
  static NOINLINE void type_##S(uint64_t x, uint64_t y) {                               \
    orders_##S##_reg((T)x, (T)y);                                              \
    orders_##S##_zero((T)x, (T)y);                                             \
    orders_##S##_one((T)x, (T)y);                                              \
    orders_##S##_minus((T)x, (T)y);                                            \
    orders_##S##_hundred((T)x, (T)y);                                          \
    orders_##S##_most((T)x, (T)y);                                             \
  }

TYPE(int8_t, i8)
TYPE(uint8_t, u8)
TYPE(int16_t, i16)
TYPE(uint16_t, u16)
TYPE(int32_t, i32)
TYPE(uint32_t, u32)
TYPE(int64_t, i64)
TYPE(uint64_t, u64)

int main(void) {
  static const uint64_t V[] = {0,          1,          2,           99,
                               100,        101,        0x7e,        0x7f,
                               0x80,       0x81,       0xff,        0x7fff,
                               0x8000,     0xffff,     0x7fffffff,  0x80000000,
                               0xffffffff, 1ull << 32, ~0ull >> 1,  1ull << 63,
                               ~0ull,      ~1ull,      ~99ull,      ~0ull << 31};
  unsigned N = sizeof(V) / sizeof(V[0]);
  for (unsigned I = 0; I != N; ++I)
    for (unsigned J = 0; J != N; ++J) {
      type_i8(V[I], V[J]);
      type_u8(V[I], V[J]);
      type_i16(V[I], V[J]);
      type_u16(V[I], V[J]);
      type_i32(V[I], V[J]);
      type_u32(V[I], V[J]);
      type_i64(V[I], V[J]);
      type_u64(V[I], V[J]);
      if (I == J)
        printf("%u %llx\n", I, (unsigned long long)Sum);
    }
  printf("%llx\n", (unsigned long long)Sum);
}
