// Per function, in one file with other techniques; they call each other.
// RUN: crit-clang -fcrit=ilr -O1 %s -o %t && %t | FileCheck --check-prefix=OUT %s
// RUN: crit-clang -fcrit=ilr -O1 -c %s -o %t.o && %show %t.o | FileCheck %s
// RUN: crit-clang -fcrit=delta,boundless -O1 %s -o %t && %t | FileCheck --check-prefix=OUT %s
// RUN: crit-clang -fcrit=haft -O2 %s -o %t && %t | FileCheck --check-prefix=OUT %s
// RUN: crit-clang -fcrit=haft -O2 -c %s -o %t.o && %show %t.o | FileCheck --check-prefix=HAFT %s
// RUN: crit-clang -fcrit=delta,boundless -O2 %s -o %t && %t | FileCheck --check-prefix=OUT %s
// RUN: crit-clang -fcrit=haft -fcrit-delta-scheme=affine -O2 %s -o %t && %t | FileCheck --check-prefix=OUT %s
// RUN: crit-clang -fcrit=delta,boundless -fcrit-delta-scheme=affine -fcrit-delta-a=11 -O2 %s -o %t && %t | FileCheck --check-prefix=OUT %s
// RUN: crit-clang -fcrit=delta -fcrit-delta-scheme=mixed -O3 %s -o %t && %t | FileCheck --check-prefix=OUT %s
// RUN: not crit-clang -fcrit=haft,delta -c %s -o %t.o 2>&1 | FileCheck --check-prefix=BOTH %s
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((noinline)) int twice(int x);
__attribute__((noinline, annotate("crit:delta"))) int inner(int x) {
  return x > 100 ? x : twice(x) + 1;
}
__attribute__((noinline)) int twice(int x) { return inner(x * 2); }
// CHECK-DAG: record inner: delta
// CHECK-DAG: record twice: ilr
// CHECK-DAG: record main: ilr
// HAFT-DAG: record inner: delta
// HAFT-DAG: record sorted: delta
// HAFT-DAG: record compare: haft
// HAFT-DAG: record main: haft

// A library calls back from delta code into other code.
__attribute__((noinline)) static int compare(const void *a, const void *b) {
  return *(const int *)a - *(const int *)b;
}
__attribute__((noinline, annotate("crit:delta"))) int sorted(int n) {
  int *v = malloc(n * sizeof(int));
  for (int i = 0; i < n; ++i)
    v[i] = (i * 7919) % 101;
  qsort(v, n, sizeof(int), compare);
  char text[32];
  snprintf(text, sizeof(text), "%d", v[n / 2]);
  int middle = (int)strlen(text) * 1000 + atoi(text);
  free(v);
  return middle;
}

// OUT: 115 2050
// BOTH: a function has one second copy
int main(void) { printf("%d %d\n", inner(14), sorted(60)); }
