// Blocks that run very different numbers of times, calls, a live-flags loop.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <stdio.h>

__attribute__((noinline)) unsigned mix(unsigned X) {
  X ^= X << 13;
  X ^= X >> 17;
  return X ^ (X << 5);
}

__attribute__((noinline)) unsigned bits(unsigned X) {
  unsigned N = 0;
  for (; X; X &= X - 1)
    ++N;
  return N;
}

int main(void) {
  unsigned X = 2463534242u, Sum = 0, Rare = 0;
  for (int I = 0; I < 300; ++I) {
    X = mix(X);
    if (X % 16 == 3)
      Rare += bits(X);
    else if (X & 1)
      Sum += X / 7;
    else
      Sum ^= X;
  }
  printf("%u %u\n", Sum, Rare);
  return 0;
}
