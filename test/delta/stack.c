// A stack slot is part of an address, though it is no register.
// RUN: %harden -O1 %s -o %t && %t | FileCheck %s
// RUN: %harden -O2 %s -o %t && %t | FileCheck %s
#include <stdio.h>

__attribute__((noinline)) void set(int *p, int v) { *p = v; }
__attribute__((noinline)) int sum(const int *p) {
  return p[0] + 2 * p[1] + 3 * p[2] + 4 * p[3];
}
int main(int argc, char **argv) {
  int a[4] = {5, 6, 7, 8};
  // LEA [slot + index * 4]
  set(&a[argc], 100);
  set(&a[argc + 1], 1000);
  printf("%d\n", sum(a));
}
// CHECK: 3237
