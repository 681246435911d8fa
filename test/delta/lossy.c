// Where only some bits of a value are used, a unit may have made it wrong in both
// copies, each in its own way, and right or wrong alike in those bits.
// -fcrit-delta-lossy=check compares it there.
// RUN: %harden -O1 -fcrit-delta-lossy=check -c %s -o %t.o
// RUN: %show %t.o less | FileCheck %s
// RUN: %harden -O1 -c %s -o %t.plain.o
// RUN: %show %t.plain.o less | FileCheck --check-prefix=TRUST %s
// RUN: %harden -O1 -fcrit-delta-lossy=trust -c %s -o %t.same.o && cmp %t.plain.o %t.same.o
// RUN: %harden -O0 -fcrit-delta-lossy=check -fcrit-delta-memory=shadow %s -o %t && %t
// RUN: %harden -O2 -fcrit-delta-lossy=check -fcrit-delta-scheme=affine %s -o %t && %t
// RUN: %harden -O1 -fcrit-delta-lossy=check %s -o %t
// RUN: crit-inject run -q --model permanent --unit mul --kind mask --kind lane-stuck -n 400 -- %t | FileCheck --check-prefix=SEEN %s
// RUN: %harden -O1 %s -o %t.plain
// RUN: crit-inject run -q --model permanent --unit mul --kind mask --kind lane-stuck -n 400 -- %t.plain | FileCheck --check-prefix=SILENT %s
// SEEN: sdc {{ *}}0 {{ *}}0.00
// SILENT: sdc {{ *}}{{[1-9]}}
#include <stdio.h>
typedef unsigned long u64;

__attribute__((noinline)) int less(u64 a, u64 b, u64 c) {
  return a * b < c;
}
// CHECK: imulq
// CHECK: cmpq
// CHECK-NEXT: jne <operand>
// CHECK: end of less
// TRUST-NOT: <operand>
// TRUST: end of less

__attribute__((noinline)) int bits(u64 a, u64 b) {
  return a * b >> 9 & 1 | (a * b >> 32 & 2);
}
int main(void) {
  printf("%d %d %d\n", less(0x123456789, 0x23456789a, 0x4fffffffffffffff),
         less(0x1234567, 0x2345678, 0x4fffffffffffffff),
         bits(0x123456789abcdef1, 0xfedcba9876543212));
}
