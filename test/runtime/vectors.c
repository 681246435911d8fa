// Upper halves of vectors, the registers only AVX-512 has, and mask registers
// are reported as they were at the check.
//
// REQUIRES: avx512bw
// RUN: %fail_clang %s -o %t
// RUN: %run %t ymm | FileCheck %s --check-prefix=YMM
// YMM: mismatch return at src/demo.c:45 {{.*}} bits=0x100000000000000000000000000000000000000000000000000000000000000 (ymm1=0x1f1e{{[0-9a-f]+}}100 ymm15=0x1e1e{{[0-9a-f]+}}100)
// RUN: %run %t zmm | FileCheck %s --check-prefix=ZMM
// ZMM: mismatch return at src/demo.c:46 {{.*}} bits=0x80000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 (zmm17=0x3f3e{{[0-9a-f]+}}100 zmm2=0xbf3e{{[0-9a-f]+}}100)
// RUN: %run %t mask | FileCheck %s --check-prefix=MASK
// MASK: mismatch operand at src/demo.c:47 {{.*}} bits=0x8001 (k1=0x8000 k2=0x1)
#include "check.h"

int main(int Argc, char **Argv) {
  unsigned char A[64], B[64];
  for (int I = 0; I < 64; ++I)
    A[I] = B[I] = (unsigned char)I;
  B[63] ^= 0x80;
  if (Argv[1][0] == 'z')
    failZmm(A, B);
  B[31] ^= 1;
  if (Argv[1][0] == 'y')
    failYmm(A, B);
  failMask(0x18000, 0x20001);
  return 1;
}
