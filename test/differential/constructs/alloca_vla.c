// alloca, arrays of variable length, stack pointer kept and moved.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <alloca.h>

NOINLINE static uint64_t vla(int N, int M) {
  uint32_t A[N], B[N][M];
  for (int I = 0; I < N; ++I) {
    A[I] = (uint32_t)rnd();
    for (int J = 0; J < M; ++J)
      B[I][J] = A[I] * (uint32_t)J;
  }
  uint64_t R = sizeof(A) + sizeof(B);
  for (int I = 0; I < N; ++I)
    for (int J = 0; J < M; ++J)
      R = R * 3 + B[N - 1 - I][J];
  return R;
}
NOINLINE static uint64_t inLoop(int N) {
  uint64_t R = 0;
  for (int I = 1; I < N; ++I) {
    char Text[I];
    memset(Text, I, (size_t)I);
    R = R * 7 + (uint64_t)Text[I / 2];
  }
  return R;
}
NOINLINE static uint64_t list(int N) {
  struct Node {
    struct Node *Next;
    uint64_t Value;
  } *Head = NULL;
  for (int I = 0; I < N; ++I) {
    struct Node *New = alloca(sizeof(*New));
    New->Next = Head;
    New->Value = rnd();
    Head = New;
  }
  uint64_t R = 0;
  for (; Head; Head = Head->Next)
    R = R * 5 + Head->Value;
  return R;
}
NOINLINE static uint64_t over(int N, double X, uint64_t Y) {
  uint64_t *P = __builtin_alloca_with_align((size_t)N * 8, 512);
  double Z = X * 3;
  for (int I = 0; I < N; ++I)
    P[I] = Y + (uint64_t)I;
  uint64_t R = vla(N % 5 + 1, 3); // frames below the dynamic part
  foldDouble(Z - X);
  return R + P[N - 1] + ((uintptr_t)P % 64 == 0);
}
NOINLINE static int sum(int N, int (*P)[N]) {
  int R = 0;
  for (int I = 0; I < N; ++I)
    R += (*P)[I];
  return R;
}

int main(void) {
  for (int I = 1; I < 20; ++I) {
    fold(vla(I, 21 - I));
    fold(inLoop(I * 3));
    fold(list(I * 2));
    fold(over(I, (double)I / 3, rnd()));
    int Array[I];
    for (int J = 0; J < I; ++J)
      Array[J] = J * I;
    fold((uint64_t)sum(I, &Array));
  }
  show("dynamic");
  return 0;
}
