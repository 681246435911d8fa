// A flag of every compare inverted: orders of either kind are decided by other
// flags in the second copy, so it is seen. With ilr it is not.
// RUN: %harden -O1 %s -o %t
// RUN: crit-inject run -q --model permanent --unit compare --kind inverted -n 60 -- %t | FileCheck %s
// RUN: crit-clang -fcrit=ilr -O1 %s -o %t.ilr
// RUN: crit-inject run -q --model permanent --unit compare --kind inverted -n 60 -- %t.ilr | FileCheck --check-prefix=ILR %s
// CHECK: sdc {{ *}}0 {{ *}}0.00
// ILR: sdc {{ *}}{{[1-9]}}
#include <stdio.h>

__attribute__((noinline)) unsigned orders(const long *a, const long *b,
                                          unsigned n) {
  unsigned r = 0;
  for (unsigned i = 0; i != n; ++i) {
    r += a[i] < b[i];
    r += 2 * ((unsigned long)a[i] < (unsigned long)b[i]);
    if ((int)a[i] > 70)
      r += 16;
    if ((unsigned)b[i] < 5000u)
      r += 256;
    if (a[i] < 0)
      r += 4096;
  }
  return r;
}

int main(void) {
  long a[50], b[50];
  for (unsigned i = 0; i != 50; ++i) {
    a[i] = (long)(i * 2654435761u >> 3) - 200000000;
    b[i] = (long)(i * 40503u) - 700000;
  }
  printf("%u\n", orders(a, b, 50));
}
