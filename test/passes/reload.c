// A check behind a loop says nothing about a register that the allocator loads again
// from its stack slot in every turn: such a register is compared with its slot
// behind the stores that use it.
// RUN: %harden -O2 -fno-vectorize -fno-unroll-loops -c %s -o %t.o
// RUN: %show %t.o merge | FileCheck %s
// RUN: %harden -O2 -fno-vectorize -fno-unroll-loops -fcrit-drop-check=store-address -c %s -o %t.o
// RUN: %show %t.o merge | FileCheck --check-prefix=DROPPED %s

void merge(long *out, const long *a, const long *b, const long *c, const long *d,
           long n, long x, long y, long z) {
  for (long i = 0; i < n; ++i) {
    long v = a[i] < b[i] ? c[i] : d[i];
    out[i] = (v ^ x) * (v + y) - z * i;
  }
}
// CHECK: movq [[SLOT:-?[0-9]*\(%rsp\)]], [[R:%[a-z0-9]+]]
// CHECK: movq %{{[a-z0-9]+}}, ([[R]],
// CHECK: cmpq [[R]], [[SLOT]]
// CHECK-NEXT: jne <store-address>
// DROPPED-NOT: store-address
// DROPPED: end of merge
