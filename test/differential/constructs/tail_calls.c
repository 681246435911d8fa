// Tail calls: musttail chains, indirect, many arguments.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

#define MUSTTAIL __attribute__((musttail))

static int isOdd(uint64_t N);
NOINLINE static int isEven(uint64_t N) {
  if (N == 0)
    return 1;
  MUSTTAIL return isOdd(N - 1);
}
NOINLINE static int isOdd(uint64_t N) {
  if (N == 0)
    return 0;
  MUSTTAIL return isEven(N - 1);
}

NOINLINE static uint64_t rotate(uint64_t A, uint64_t B, uint64_t C, uint64_t D,
                                uint64_t E, uint64_t F, uint64_t G,
                                uint64_t H) {
  if (A == 0)
    return B ^ C * 3 ^ D * 5 ^ E * 7 ^ F * 11 ^ G * 13 ^ H * 17;
  MUSTTAIL return rotate(A - 1, C + 1, D ^ A, E, F * 3, G, H + B, B);
}

NOINLINE static double floats(double A, double B, int N) {
  if (!N)
    return A;
  MUSTTAIL return floats(B * 0.5, A + N, N - 1);
}

struct Machine;
typedef uint64_t Step(struct Machine *, uint64_t);
struct Machine {
  const unsigned char *Pc;
  Step *const *Table;
};
NOINLINE static uint64_t add(struct Machine *M, uint64_t X) {
  X += *M->Pc;
  MUSTTAIL return M->Table[*M->Pc++ % 4](M, X);
}
NOINLINE static uint64_t mul(struct Machine *M, uint64_t X) {
  X *= *M->Pc | 1u;
  MUSTTAIL return M->Table[*M->Pc++ % 4](M, X);
}
NOINLINE static uint64_t mix(struct Machine *M, uint64_t X) {
  X ^= X >> 13;
  MUSTTAIL return M->Table[*M->Pc++ % 4](M, X);
}
NOINLINE static uint64_t stop(struct Machine *M, uint64_t X) {
  (void)M;
  return X;
}

NOINLINE static int64_t plainTail(int64_t A) {
  return A & 1 ? (int64_t)isEven((uint64_t)A & 255) : (int64_t)rotate((uint64_t)A & 63, 1, 2, 3, 4, 5, 6, 7);
}

int main(void) {
  printf("%d %d\n", isEven(hide(1000000)), isOdd(hide(1000001)));
  for (uint64_t I = 0; I < 30; ++I) {
    fold(rotate(I * 7, rnd(), 2, 3, rnd(), 5, 6, 7));
    foldDouble(floats((double)I, 3.25, (int)I * 3));
    fold((uint64_t)plainTail((int64_t)rnd()));
  }
  static Step *const Table[4] = {add, mul, mix, stop};
  unsigned char Code[400];
  for (int I = 0; I < 400; ++I) {
    Code[I] = (unsigned char)rnd();
    if (I < 398 && Code[I] % 4 == 3)
      --Code[I];
    else if (I >= 398)
      Code[I] = 3;
  }
  struct Machine M = {Code, Table};
  showValue("machine", add(&M, rnd()));
  show("tail");
  return 0;
}
