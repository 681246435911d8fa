// A store into what its region has read is logged instead of ending the region; one
// that cannot overwrite what was read is not.
// RUN: %crit_clang -fcrit=haft -O2 -fno-unroll-loops -fno-vectorize -fno-slp-vectorize -S %s -o %t.s
// RUN: FileCheck %s < %t.s
// RUN: FileCheck --check-prefix=UNDO %s < %t.s
// RUN: %crit_clang -fcrit=haft -O2 -mllvm -verify-machineinstrs -c %s -o %t.o
// RUN: %crit_clang -fcrit=haft -O3 -mavx2 -mllvm -verify-machineinstrs -c %s -o %t.o

// Old value, then the comparison of addresses, then the address and the store; the
// landing puts back what was there.
void count(long *h, const unsigned char *p, long n) {
  for (long i = 0; i < n; ++i)
    ++h[p[i]];
}
// CHECK-LABEL: count:
// CHECK: cmpq $2032, [[N:%r[a-z0-9]+]]
// UNDO-LABEL: count:
// UNDO: .Lcrit_land
// UNDO: cmpq $0, {{-?[0-9]*}}(%rsp,%rax)
// UNDO: movq %rdx, (%rcx)
// An entry counts when its address has been compared: not before, or a wrong place
// would be overwritten with what was at the right one.
// CHECK: movq $0, {{-?[0-9]*}}(%rsp,[[N]])
// CHECK: cmpq %r{{[a-z0-9]+}}, [[P:%r[a-z0-9]+]]
// CHECK: movq [[P]], {{-?[0-9]*}}(%rsp,[[N]])
// CHECK: movq %r{{[a-z0-9]+}}, ([[P]])
// CHECK: .size count

// Nothing is read that the stores could hit: no log.
void fill(long *a, long n) {
  for (long i = 0; i < n; ++i)
    a[i] = i * 3;
}
// CHECK-LABEL: fill:
// CHECK-NOT: (%rsp,%rax)
// CHECK: .size fill

// Neighbouring stores are logged together: one entry, whose old value is moved at
// once.
void rotate(unsigned *s, const unsigned char *p, long n) {
  for (long i = 0; i < n; ++i) {
    unsigned *q = s + 4 * p[i], a = q[0], b = q[1], c = q[2], d = q[3];
    q[1] = a + d;
    q[0] = b + 1;
    q[2] = d + 2;
    q[3] = c + 3;
  }
}
// CHECK-LABEL: rotate:
// CHECK: cmpq $2016, [[N:%r[a-z0-9]+]]
// CHECK: movq $0, {{-?[0-9]*}}(%rsp,[[N]])
// CHECK: movups %xmm{{[0-9]+}}, {{-?[0-9]*}}(%rsp,[[N]])
// CHECK-NOT: movq $0, {{-?[0-9]*}}(%rsp,[[N]])
// CHECK: .size rotate

// Not with those that do not touch: what lies between is not the function's.
void ends(unsigned *s, const unsigned char *p, long n) {
  for (long i = 0; i < n; ++i) {
    unsigned *q = s + 4 * p[i], a = q[0], d = q[3];
    q[0] = d + 1;
    q[3] = a + 1;
  }
}
// CHECK-LABEL: ends:
// CHECK: cmpq $2016, [[N:%r[a-z0-9]+]]
// CHECK: movq $0, {{-?[0-9]*}}(%rsp,[[N]])
// CHECK: movq $0, {{-?[0-9]*}}(%rsp,[[N]])
// CHECK-NOT: movq $0, {{-?[0-9]*}}(%rsp,[[N]])
// CHECK: .size ends
