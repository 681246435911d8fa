// Fences, prefetch, pause, cache control, time stamps, CPU tests.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <immintrin.h>

NOINLINE static uint64_t fences(volatile uint64_t *P) {
  *P += 3;
  _mm_mfence();
  uint64_t R = *P;
  _mm_lfence();
  *P = R * 2;
  _mm_sfence();
  _mm_pause();
  __builtin_prefetch((const void *)P, 1, 3);
  _mm_clflush((const void *)P);
  return *P;
}
NOINLINE static int clocks(void) {
  uint64_t A = __rdtsc();
  unsigned Core;
  uint64_t B = __builtin_ia32_rdtscp(&Core);
  return B != A && (A | B);
}
NOINLINE static unsigned control(void) {
  unsigned Old = _mm_getcsr();
  _mm_setcsr((Old & ~0x3fu) | 0x8000); // flush denormals
  volatile float Tiny = 1e-38f;
  float R = Tiny * 0.1f;
  _mm_setcsr(Old);
  return (R == 0) | (_mm_getcsr() == Old) << 1;
}
NOINLINE static int assumed(int X) {
  if (X < 0)
    __builtin_unreachable();
  __builtin_assume(X < 1000);
  return X / 8 + __builtin_expect(X == 7, 0);
}
NOINLINE static int objectSize(void) {
  char B[40];
  B[0] = (char)hide(1);
  return (int)__builtin_object_size(B, 0) + __builtin_constant_p(B[0]) + B[0];
}

int main(void) {
  static volatile uint64_t Word;
  for (int I = 0; I < 30; ++I) {
    fold(fences(&Word));
    fold((uint64_t)assumed(I * 7));
  }
  showValue("clocks", (uint64_t)clocks());
  showValue("control", control());
  showValue("size", (uint64_t)objectSize());
  showValue("cpu", __builtin_cpu_supports("sse2") != 0);
  show("misc");
  return 0;
}
