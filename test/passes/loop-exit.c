// A loop that may be left in the middle: there the increment has not run yet, so
// the induction variable is compared where it is used.
// RUN: %harden -O2 -fno-vectorize -fno-unroll-loops -c %s -o %t.o
// RUN: %show %t.o early | FileCheck %s

long early(long *p, long n) {
  long i = 0;
  do {
    if (!p[i])
      return i;
    p[i] = 1;
  } while (++i < n);
  return -1;
}
// CHECK: movq $0x1, (%rdi,[[I:%[a-z0-9]+]],8)
// CHECK-NEXT: cmpq {{%[a-z0-9]+}}, [[I]]
// CHECK-NEXT: jne <store-address>
