// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Inputs/glitch.py puts a fault into work(): one bit of one instruction's result
// is wrong in the time from GlitchAt on, GlitchTicks long, once. Time and not a
// count, because an abort takes back every count; it does not take back time,
// so the second try is without the fault, as after a real transient fault.
// GLITCH=N in the environment: N ticks after the start; none: never.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <x86intrin.h>

uint64_t GlitchAt = -1, GlitchTicks = 100;
uint8_t GlitchHit; // stays 0 if the transaction it was in is taken back

static uint64_t Kept[64];

__attribute__((noinline)) uint64_t work(const uint64_t *In, uint64_t N) {
  uint64_t X = 1;
  for (uint64_t I = 0; I != N; ++I) {
    X = (X ^ In[I & 15]) * 0x5bd1e995ull + (X >> 29);
    if (X & 1)
      Kept[X >> 1 & 63] += X;
    else
      Kept[I & 63] ^= In[X >> 1 & 15];
  }
  return X;
}

int main(void) {
  uint64_t In[16], Sum = 0;
  const char *When = getenv("GLITCH");
  for (uint64_t I = 0; I != 16; ++I)
    In[I] = I * I * 0x9e3779b97f4a7c15ull;
  Sum = work(In, 100); // pages and caches
  uint64_t Start = __rdtsc();
  if (When)
    GlitchAt = Start + strtoull(When, NULL, 10);
  for (uint64_t I = 0; I != 20; ++I)
    Sum = Sum * 31 + work(In, 1000 + I);
  fprintf(stderr, "ticks %llu hit %d\n", (unsigned long long)(__rdtsc() - Start),
          GlitchHit);
  for (uint64_t I = 0; I != 64; ++I)
    Sum = Sum * 31 + Kept[I];
  printf("%llx\n", (unsigned long long)Sum);
  return 0;
}
