// Five values computed once, of which bits and orders are used: docs/RESULTS.md,
// comparisons at lossy operations. crit-inject run --model permanent -n 8000
// --unit add --unit mul --unit logic --unit shift --unit div
#include <stdio.h>
typedef unsigned long u64;
// values computed, and only single bits of them decide or leave
__attribute__((noinline)) unsigned bits(u64 a, u64 b, u64 c, u64 d) {
  u64 s = a + b, t = c - d, u = (a ^ c) + d;
  unsigned r = 0;
  r |= (s >> 9) & 1;
  r |= ((t >> 17) & 1) << 1;
  r |= ((u >> 33) & 1) << 2;
  if (s & 0x10000) r |= 8;
  if (t & 0x40) r |= 16;
  r |= (unsigned)((u >> 50) & 1) << 5;
  return r;
}
__attribute__((noinline)) unsigned cmp(u64 a, u64 b, u64 c, u64 d) {
  u64 s = a + b, t = c * d;
  unsigned r = 0;
  if (s < c) r |= 1;
  if (t > d) r |= 2;
  if ((int)s < (int)t) r |= 4;
  if ((unsigned char)t < 77) r |= 8;
  return r;
}
int main(void) {
  unsigned x = bits(0x123456789abcdef1, 0xfedcba9876543212, 0x0f1e2d3c4b5a6978, 0x8796a5b4c3d2e1f0);
  unsigned y = cmp(0x23456789abcdef12, 0xedcba98765432123, 0xf1e2d3c4b5a69780, 0x796a5b4c3d2e1f08);
  printf("%u %u\n", x, y);
}
