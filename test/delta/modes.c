// Per function, in one file with other techniques; they call each other.
// RUN: crit-clang -fcrit=ilr -O1 %s -o %t && %t | FileCheck --check-prefix=OUT %s
// RUN: crit-clang -fcrit=ilr -O1 -c %s -o %t.o && %show %t.o | FileCheck %s
// RUN: crit-clang -fcrit=delta,boundless -O1 %s -o %t && %t | FileCheck --check-prefix=OUT %s
// RUN: not crit-clang -fcrit=haft,delta -c %s -o %t.o 2>&1 | FileCheck --check-prefix=BOTH %s
#include <stdio.h>

__attribute__((noinline)) int twice(int x);
__attribute__((noinline, annotate("crit:delta"))) int inner(int x) {
  return x > 100 ? x : twice(x) + 1;
}
__attribute__((noinline)) int twice(int x) { return inner(x * 2); }
// CHECK-DAG: record inner: delta
// CHECK-DAG: record twice: ilr
// CHECK-DAG: record main: ilr

// OUT: 115
// BOTH: a function has one second copy
int main(void) { printf("%d\n", inner(14)); }
