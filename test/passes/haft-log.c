// A store into what its region has read is logged instead of ending the region; one
// that cannot overwrite what was read is not.
// RUN: %crit_clang -fcrit=haft -O2 -fno-unroll-loops -fno-vectorize -S %s -o - | FileCheck %s
// RUN: %crit_clang -fcrit=haft -O2 -mllvm -verify-machineinstrs -c %s -o %t.o
// RUN: %crit_clang -fcrit=haft -O3 -mavx2 -mllvm -verify-machineinstrs -c %s -o %t.o

// Address and old value, then the comparison of addresses, then the store; the
// landing puts back what was there.
void count(long *h, const unsigned char *p, long n) {
  for (long i = 0; i < n; ++i)
    ++h[p[i]];
}
// CHECK-LABEL: count:
// CHECK: .Lcrit_land
// CHECK: cmpq $0, {{-?[0-9]+}}(%rsp,%rax)
// CHECK: movq %rdx, (%rcx)
// CHECK: cmpq $496, [[N:%r[a-z0-9]+]]
// CHECK: movq $0, {{-?[0-9]+}}(%rsp,[[N]])
// An entry counts when its address has been compared: not before, or a wrong place
// would be overwritten with what was at the right one.
// CHECK: cmpq %r{{[a-z0-9]+}}, [[P:%r[a-z0-9]+]]
// CHECK: movq [[P]], {{-?[0-9]+}}(%rsp,[[N]])
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
