// Comparisons with NaN: all predicates, as branches, values, selects.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <math.h>

#define NAN_OPS(Type)                                                          \
  NOINLINE static unsigned set_##Type(Type A, Type B) {                        \
    unsigned R = (unsigned)(A < B) | (unsigned)(A <= B) << 1;                  \
    R |= (unsigned)(A > B) << 2 | (unsigned)(A >= B) << 3;                     \
    R |= (unsigned)(A == B) << 4 | (unsigned)(A != B) << 5;                    \
    R |= (unsigned)!(A < B) << 6 | (unsigned)!(A >= B) << 7;                   \
    R |= (unsigned)__builtin_isunordered(A, B) << 8;                           \
    R |= (unsigned)__builtin_islessgreater(A, B) << 9;                         \
    return R | (unsigned)(!__builtin_islessequal(A, B)) << 10;                 \
  }                                                                            \
  NOINLINE static int equalJump_##Type(Type A, Type B) {                       \
    if (A == B)                                                                \
      return 10;                                                               \
    return 20;                                                                 \
  }                                                                            \
  NOINLINE static int differJump_##Type(Type A, Type B) {                      \
    if (A != B)                                                                \
      fold(3);                                                                 \
    else                                                                       \
      fold(4);                                                                 \
    return A != B && B == B;                                                   \
  }                                                                            \
  NOINLINE static int orderJump_##Type(Type A, Type B) {                       \
    if (A < B)                                                                 \
      return 1;                                                                \
    else if (A > B)                                                            \
      return 2;                                                                \
    else if (A == B)                                                           \
      return 3;                                                                \
    return 4;                                                                  \
  }                                                                            \
  NOINLINE static Type select_##Type(Type A, Type B) {                         \
    Type R = A < B ? A : B;                                                    \
    Type S = A != B ? R : -B;                                                  \
    return A == B ? B : S;                                                     \
  }                                                                            \
  NOINLINE static int loop_##Type(const Type *P, Type X) {                     \
    int N = 0;                                                                 \
    while (P[N] != X && N < 6)                                                 \
      ++N;                                                                     \
    return N;                                                                  \
  }                                                                            \
  static void run_##Type(void) {                                               \
    Type Zero = (Type)hide(0);                                                 \
    Type V[8] = {Zero, -Zero, 1, -1, 1 / Zero, -1 / Zero, (Type)NAN, 2.5f};    \
    for (int I = 0; I < 8; ++I)                                                \
      for (int J = 0; J < 8; ++J) {                                            \
        fold(set_##Type(V[I], V[J]));                                          \
        fold((uint64_t)equalJump_##Type(V[I], V[J]));                          \
        fold((uint64_t)differJump_##Type(V[I], V[J]));                         \
        fold((uint64_t)orderJump_##Type(V[I], V[J]));                          \
        fold((uint64_t)loop_##Type(V, V[J]));                                  \
        Type S = select_##Type(V[I], V[J]);                                    \
        fold(S != S ? 99 : (uint64_t)(int64_t)(S * 2 > 100 ? 100               \
                                               : S * 2 < -100 ? -100           \
                                                              : S * 2));       \
        fold((uint64_t)!!signbit(S) * (S == S));                               \
      }                                                                        \
    show(#Type);                                                               \
  }

typedef long double ldouble;
NAN_OPS(float)
NAN_OPS(double)
NAN_OPS(ldouble)

int main(void) {
  run_float();
  run_double();
  run_ldouble();
  return 0;
}
