// Huge frames, leaf functions in the red zone, frame addresses.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS:
// FLAGS: -fstack-clash-protection
// FLAGS: -mno-red-zone -fno-omit-frame-pointer
// FLAGS: -mstackrealign
#include "check.h"

NOINLINE static uint64_t huge(unsigned N) {
  unsigned char A[300000];
  uint64_t B[40000];
  for (unsigned I = 0; I < sizeof(A); I += 997)
    A[I] = (unsigned char)(I * N);
  for (unsigned I = 0; I < 40000; I += 101)
    B[I] = I ^ N;
  uint64_t R = 0;
  for (unsigned I = 0; I < sizeof(A); I += 997)
    R = R * 3 + A[I];
  for (unsigned I = 0; I < 40000; I += 101)
    R = R * 5 + B[I];
  return R;
}
NOINLINE static uint64_t page(unsigned N) {
  volatile char A[5000];
  A[N % 5000] = (char)N;
  A[4999 - N % 5000] = 7;
  return (uint64_t)A[N % 5000];
}
// Leaves: their locals live below the stack pointer.
NOINLINE static uint64_t leaf(const uint64_t *P) {
  volatile uint64_t A[8];
  for (int I = 0; I < 8; ++I)
    A[I] = P[I] * 3;
  return A[P[0] & 7] ^ (A[P[1] & 7] + A[P[2] & 7]);
}
NOINLINE static double leafDouble(double X) {
  volatile double A[3] = {X, X * 2, X / 3};
  return A[0] + A[1] * A[2];
}
NOINLINE static int leafBytes(int X) {
  volatile char A[120];
  for (int I = 0; I < 120; ++I)
    A[I] = (char)(X ^ I);
  return A[X & 63] + A[119];
}
NOINLINE static int frameOk(void) {
  return __builtin_frame_address(0) != NULL &&
         __builtin_return_address(0) != NULL;
}
NOINLINE static uint64_t inner(uint64_t *P, int N) {
  uint64_t Buffer[16];
  for (int I = 0; I < 16; ++I)
    Buffer[I] = P[I & 7] + (uint64_t)I;
  return N ? inner(Buffer, N - 1) + Buffer[15] : Buffer[3];
}

int main(void) {
  uint64_t P[8];
  for (unsigned I = 0; I < 30; ++I) {
    for (int J = 0; J < 8; ++J)
      P[J] = rnd();
    fold(huge(I));
    fold(page(I * 333));
    fold(leaf(P));
    foldDouble(leafDouble((double)I));
    fold((uint64_t)leafBytes((int)I));
    fold((uint64_t)frameOk());
    fold(inner(P, 6));
  }
  show("frames");
  return 0;
}
