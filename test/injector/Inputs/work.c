// A few thousand instructions with results in memory and registers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <stdio.h>

#ifndef ROUNDS
#define ROUNDS 640
#endif

unsigned Table[64];

__attribute__((noinline)) unsigned kernel(unsigned Seed) {
  unsigned Sum = 0;
  for (unsigned I = 0; I < 64 && I < ROUNDS; ++I) {
    Seed = Seed * 1664525u + 1013904223u;
    Table[I] = Seed >> 7;
  }
  for (unsigned I = 0; I < ROUNDS; ++I) {
    unsigned V = Table[I % 64];
    if (V & 4)
      Sum += V;
    else
      Sum ^= V << 1;
    Table[(V + I) % 64] += Sum;
  }
  return Sum;
}

int main(void) {
  printf("%u\n", kernel(1));
  return 0;
}
