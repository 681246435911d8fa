// A float that is converted on two ways and needed as a vector where they meet: what is above it is
// whatever was in the register, and differs where the code generator clears one copy only (csmith,
// seed 10694: stopped with exit code 86). It is cleared in both.
// RUN: %crit_clang -fcrit=ilr -O2 -c %s -o %t.o
// RUN: llvm-objdump -d --no-show-raw-insn --disassemble-symbols=adds %t.o | FileCheck %s
// CHECK-COUNT-6: movss %xmm{{[0-9]+}}, %xmm
// RUN: %crit_clang -fcrit=haft -O2 %s -o %t
// RUN: %t | FileCheck %s --check-prefix=RUNS
// RUNS: 9.22337e+19 inf
#include <stdio.h>
volatile long V;
typedef float v4 __attribute__((vector_size(16)));
__attribute__((noinline)) float adds(unsigned long X, float Y, v4 *Noise) {
  *Noise = *Noise * *Noise + *Noise;
  float A = (float)X;
  V = V + 1;
  float Half = A * 0.5f + Y * 0.5f;
  V = V + 1;
  return (__builtin_fabsf(Half) > 1.7e38f ? 0.25f : A) + Y;
}
int main(int argc, char **argv) {
  v4 Noise = {argc, 2, 3, 4};
  float Sum = 0;
  for (unsigned long I = 1; I < 20; ++I)
    Sum += adds(I % 2 ? I << 62 | I : I, argc, &Noise);
  printf("%g %g\n", Sum, Noise[1]);
}
