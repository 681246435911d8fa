// An induction variable passes an error on to its next value, so one comparison
// behind the loop covers all iterations, if the increment comes after every use
// and the loop is left only at its end.
// RUN: %harden -O2 -fno-vectorize -fno-unroll-loops -c %s -o %t.o
// RUN: %show %t.o fill | FileCheck %s

void fill(long *p, long n, long v) {
  long i = 0;
  do
    p[i] = v;
  while (++i < n);
}
// CHECK: [[LOOP:L[0-9]+]]:
// CHECK-NEXT: movq %rdx, (%rdi,[[I:%[a-z0-9]+]],8)
// CHECK-NOT: <store-address>
// CHECK: jne [[LOOP]]
// CHECK: jne <store-address>
