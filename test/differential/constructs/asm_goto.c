// asm goto (callbr), without and with outputs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

NOINLINE static int isZero(uint64_t X) {
  __asm__ goto("test %0, %0\n\tjz %l[Zero]" : : "r"(X) : "cc" : Zero);
  return 0;
Zero:
  return 1;
}

NOINLINE static int classify(uint64_t X, uint64_t Limit) {
  __asm__ goto("cmp %1, %0\n\tja %l[Above]\n\tje %l[Equal]"
               :
               : "r"(X), "r"(Limit)
               : "cc"
               : Above, Equal);
  return -1;
Above:
  return 1;
Equal:
  return 0;
}

NOINLINE static uint64_t addOrFail(uint64_t A, uint64_t B) {
  uint64_t Sum = A;
  __asm__ goto("add %1, %0\n\tjc %l[Carry]"
               : "+r"(Sum)
               : "r"(B)
               : "cc"
               : Carry);
  return Sum;
Carry:
  return ~Sum;
}

NOINLINE static uint64_t loop(const uint64_t *P, int N) {
  uint64_t Sum = 0, Top;
  for (int I = 0; I < N; ++I) {
    __asm__ goto("mov %1, %0\n\tbt $3, %1\n\tjc %l[Skip]"
                 : "=&r"(Top)
                 : "r"(P[I])
                 : "cc"
                 : Skip);
    Sum += Top;
    continue;
  Skip:
    Sum ^= Top * 3;
  }
  return Sum;
}

NOINLINE static int twoWays(int *P) {
  int A, B;
  __asm__ goto("mov (%2), %0\n\tmov 4(%2), %1\n\tcmp %1, %0\n\tjl %l[Less]"
               : "=&r"(A), "=&r"(B)
               : "r"(P)
               : "cc", "memory"
               : Less);
  return A - B;
Less:
  return (B - A) * 1000;
}

int main(void) {
  uint64_t P[40];
  for (int I = 0; I < 40; ++I)
    P[I] = rnd();
  fold((uint64_t)isZero(hide(0)) * 2 + (uint64_t)isZero(P[0]));
  for (int I = 0; I + 1 < 40; ++I) {
    fold((uint64_t)classify(P[I], P[I + 1]));
    fold((uint64_t)classify(P[I], P[I]));
    fold(addOrFail(P[I], P[I + 1]));
    int Two[2] = {(int)(P[I] & 1023), (int)(P[I + 1] & 1023)};
    fold((uint64_t)twoWays(Two));
  }
  fold(loop(P, 40));
  show("asm goto");
  return 0;
}
