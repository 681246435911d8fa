// Five sums of 32 bits: docs/delta.md, lazily widened i32. crit-inject run --model
// permanent -n 4000 --unit add --unit mul --kind inverted --kind stuck
#include <stdio.h>
typedef unsigned u32;
__attribute__((noinline)) u32 sums(u32 a, u32 b, u32 c, u32 d) {
  u32 s = a + b, t = c + s, u = d - t, v = u + a * 3;
  return v + s;
}
int main(void) {
  printf("%u\n", sums(0x12345678, 0x23456789, 0x3456789a, 0x456789ab));
}
