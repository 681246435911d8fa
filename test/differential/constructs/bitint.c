// _BitInt of odd widths, to beyond 128 bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

#define BITINT_OPS(N)                                                          \
  NOINLINE static uint64_t ops##N(uint64_t X, uint64_t Y) {                    \
    typedef unsigned _BitInt(N) U;                                             \
    U A = (U)X, B = (U)Y;                                                      \
    U R = A + B;                                                               \
    R ^= A * (B | (U)1);                                                       \
    R -= A << (int)(Y % (N));                                                  \
    R ^= A >> (int)(Y % (N));                                                  \
    R += (U)(A < B) | (U)(~A & B);                                             \
    return (uint64_t)R ^ (uint64_t)(R >> ((N) > 64 ? (N) - 64 : 0));           \
  }                                                                            \
  NOINLINE static uint64_t sops##N(uint64_t X, uint64_t Y) {                   \
    typedef _BitInt(N) S;                                                      \
    S A = (S)X, B = (S)Y;                                                      \
    uint64_t R = (uint64_t)(int64_t)(A >> 1);                                  \
    R = R * 3 + (A < B);                                                       \
    R = R * 3 + (A == B);                                                      \
    R = R * 3 + ((A & B) < 0);                                                 \
    return R;                                                                  \
  }

#define BITINT_DIV(N)                                                          \
  NOINLINE static uint64_t div##N(uint64_t X, uint64_t Y) {                    \
    typedef unsigned _BitInt(N) U;                                             \
    U A = (U)X, B = (U)(Y | 1);                                                \
    A = A * A + (U)Y;                                                          \
    return (uint64_t)(A / B) ^ (uint64_t)(A % B);                              \
  }

BITINT_OPS(2)
BITINT_OPS(3)
BITINT_OPS(7)
BITINT_OPS(13)
BITINT_OPS(24)
BITINT_OPS(33)
BITINT_OPS(48)
BITINT_OPS(63)
BITINT_OPS(65)
BITINT_OPS(100)
BITINT_OPS(127)
BITINT_OPS(128)
BITINT_OPS(200)
BITINT_OPS(257)
BITINT_DIV(7)
BITINT_DIV(24)
BITINT_DIV(33)
BITINT_DIV(65)
BITINT_DIV(100)
BITINT_DIV(128)

#define RUN(N) fold(ops##N(A, B)), fold(sops##N(A, B))

int main(void) {
  for (int I = 0; I < 100; ++I) {
    uint64_t A = rnd(), B = rnd() >> (I % 61);
    RUN(2), RUN(3), RUN(7), RUN(13), RUN(24), RUN(33), RUN(48), RUN(63);
    RUN(65), RUN(100), RUN(127), RUN(128), RUN(200), RUN(257);
    fold(div7(A, B)), fold(div24(A, B)), fold(div33(A, B));
    fold(div65(A, B)), fold(div100(A, B)), fold(div128(A, B));
  }
  show("bitint");
  return 0;
}
