// Over-aligned locals: dynamic realignment, with alloca and calls.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

typedef int V8 __attribute__((vector_size(32)));

NOINLINE static uint64_t touch(void *P, size_t Align) {
  *(volatile char *)P = 1;
  return (uintptr_t)P % Align == 0;
}
NOINLINE static uint64_t wide(int X) {
  _Alignas(64) int A[20];
  _Alignas(256) char B[3];
  for (int I = 0; I < 20; ++I)
    A[I] = X * I;
  B[1] = (char)X;
  return touch(A, 64) + touch(B, 256) * 2 + (uint64_t)A[X % 19 + 1] + (uint64_t)B[1];
}
NOINLINE static uint64_t dynamic(unsigned N, int A, int B, int C, int D, int E,
                                 int F, int G) {
  _Alignas(128) uint64_t Fixed[4] = {1, 2, 3, 4};
  uint32_t Any[N];
  for (unsigned I = 0; I < N; ++I)
    Any[I] = I * (unsigned)G;
  return touch(Fixed, 128) + Any[N - 1] + Fixed[3] +
         (uint64_t)(A + B + C + D + E + F); // arguments above the gap
}
NOINLINE static int vector(int X) {
  V8 V = {X, X + 1, X + 2, X + 3, 4, 5, 6, 7}, W = V * 3;
  volatile V8 Spilled = W;
  fold(touch((void *)&Spilled + 0, 32) != 0);
  V8 R = V + W;
  return R[X & 7] + R[0];
}
NOINLINE static uint64_t nested(int Depth) {
  _Alignas(64) uint64_t Local[3] = {(uint64_t)Depth, 7, 9};
  if (Depth)
    Local[1] += nested(Depth - 1);
  return Local[0] * 3 + Local[1] + touch(&Local[0], 64);
}

int main(void) {
  for (int I = 1; I < 40; ++I) {
    fold(wide(I));
    fold(dynamic((unsigned)I, 1, 2, 3, 4, 5, 6, I));
    fold((uint64_t)vector(I));
    fold(nested(I));
  }
  show("realign");
  return 0;
}
