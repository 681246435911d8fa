// Loops with flags alive between blocks, calls by pointer, tail calls, switch.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long Sum;

__attribute__((noinline)) static int order(const void *A, const void *B) {
  int X = *(const int *)A, Y = *(const int *)B;
  return X < Y ? -1 : X > Y ? 1 : 0;
}

__attribute__((noinline)) static unsigned long three(long A, long B) {
  if (A < B)
    return 1;
  if (A == B)
    return 2;
  return A - B > 10 ? 3 : 4;
}

__attribute__((noinline)) static unsigned long tail(long N) {
  return N <= 0 ? Sum : tail(N - three(N, 5));
}

__attribute__((noinline)) static unsigned choose(unsigned I) {
  switch (I % 7) {
  case 0:
    return I + 1;
  case 1:
    return I ^ 3;
  case 2:
    return I * 5;
  case 3:
    return I / 3;
  case 4:
    return I << 2;
  default:
    return I;
  }
}

int main(void) {
  int V[200];
  unsigned X = 1;
  for (int I = 0; I < 200; ++I)
    V[I] = (int)((X = X * 1103515245u + 12345u) >> 16);
  qsort(V, 200, sizeof *V, order);
  for (int I = 0; I < 200; ++I)
    Sum = Sum * 31 + (unsigned long)V[I] + three(V[I], 100 * I) + choose(I);
  __int128 Wide = Sum;
  for (int I = 0; I < 20; ++I)
    Wide += (Wide << 3) - I;
  char Buffer[100];
  memset(Buffer, (int)Sum & 63, sizeof Buffer);
  for (int I = 0; I < 100; ++I)
    Sum += (unsigned char)Buffer[I];
  printf("%lx %lx %lx\n", Sum, tail(50), (unsigned long)(Wide >> 64));
  return 0;
}
