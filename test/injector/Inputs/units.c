/* One unit at a time, so that what a broken one does is known.
   SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <stdio.h>
#include <string.h>

#ifndef ROUNDS
#define ROUNDS 200
#endif

#define OP(NAME) __attribute__((noinline)) static unsigned long NAME(unsigned long a, unsigned long b)
OP(add) { __asm__("addq %1, %0" : "+r"(a) : "r"(b) : "cc"); return a; }
OP(mul) { __asm__("imulq %1, %0" : "+r"(a) : "r"(b) : "cc"); return a; }
OP(logic) { __asm__("andq %1, %0" : "+r"(a) : "r"(b) : "cc"); return a; }
OP(shift) { __asm__("shrq $5, %0" : "+r"(a) : : "cc"); return a + 0 * b; }
OP(div) { __asm__("movl $0, %%edx; divq %1" : "+a"(a) : "r"(b) : "rdx", "cc"); return a; }
OP(compare) { unsigned char c; __asm__("cmpq %2, %1; setb %0" : "=q"(c) : "r"(a), "r"(b) : "cc"); return c; }
OP(load) { __asm__("movq %1, %0" : "=r"(a) : "m"(b)); return a; }
OP(branch) { b = 1; __asm__("testq %1, %1; jns 1f; movl $2, %k0; 1:" : "+r"(b) : "r"(a) : "cc"); return b; }

/* A switch that becomes a jump table. */
#define CASE(N, VALUE) case N: i = VALUE; __asm__ volatile("" : "+r"(i)); break;
__attribute__((noinline)) static long table(int i) {
  switch (i) {
    CASE(0, 11) CASE(1, 7 * i + 3) CASE(2, 1 << i) CASE(3, -i)
    CASE(4, 99 - i) CASE(5, i * i * i) CASE(6, i ^ 42)
  }
  return i;
}

typedef unsigned long Fn(unsigned long, unsigned long);
static Fn *volatile Ops[] = {add, mul, logic, shift, div, compare, load, branch};

int main(int argc, char **argv) {
  int which = argc > 1 ? argv[1][0] - '0' : 0;
  unsigned long x = 0x0123456789abcdefUL, sum = 0;
  for (int i = 0; i < ROUNDS; ++i) {
    x ^= x << 13; x ^= x >> 7; x ^= x << 17;
    printf("%lx\n", Ops[which](x, x << 7 | x >> 57 | 1));
    sum += (unsigned long)table(i & 7);
  }
  printf("%lu\n", sum);
  return 0;
}
