// A check behind a loop says nothing about a register that the allocator loads again
// from its stack slot in every turn: such a register is compared with its slot
// behind the stores that use it.
// RUN: %harden -O2 -fno-vectorize -fno-unroll-loops -c %s -o %t.o
// RUN: %show %t.o spread | FileCheck %s
// RUN: %harden -O2 -fno-vectorize -fno-unroll-loops -fcrit-drop-check=store-address -c %s -o %t.o
// RUN: %show %t.o spread | FileCheck --check-prefix=DROPPED %s

void spread(long *o, long *p, long *q, long *r, const long *a, long n) {
  for (long i = 0; i < n; ++i) {
    long v = a[i], w = v * 3, x = v ^ w, y = w - x * v;
    o[i] = y * w;
    p[i] = x + y;
    q[i] = w ^ y;
    r[i] = x * v - w;
  }
}
// CHECK: movq [[SLOT:-?(0x)?[0-9a-f]*\(%rsp\)]], [[R:%[a-z0-9]+]]
// CHECK: movq %{{[a-z0-9]+}}, ([[R]],
// CHECK: cmpq [[R]], [[SLOT]]
// CHECK-NEXT: jne <store-address>
// DROPPED-NOT: store-address
// DROPPED: end of spread
