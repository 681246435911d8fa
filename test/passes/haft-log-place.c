// The address of a logged store, in few registers: an index alone is compared itself,
// base, index and displacement are one instruction where the user has not tuned for a CPU
// that has it slow; there a large displacement is added for the entry only.
// RUN: %crit_clang -fcrit=haft -O2 -fno-unroll-loops -fno-vectorize -fno-slp-vectorize -S %s -o %t.s
// RUN: FileCheck %s < %t.s
// RUN: FileCheck --check-prefix=FAR %s < %t.s
// RUN: %crit_clang -fcrit=haft -O2 -mtune=haswell -S %s -o %t.slow.s
// RUN: FileCheck --check-prefix=SLOW %s < %t.slow.s

long one(const long *p, long n) {
  long t[64];
  for (long i = 0; i < 64; ++i)
    t[i] = p[i];
  for (long i = 0; i < n; ++i)
    t[i & 63] = t[i & 63] * 3 + t[p[i] & 63];
  return t[p[0] & 63];
}
// CHECK-LABEL: one:
// CHECK: leaq {{-?[0-9]*}}(%rsp,[[I:%r[a-z0-9]+]],8), [[E:%r[a-z0-9]+]]
// CHECK-NOT: leaq
// CHECK: cmpq %r{{[a-z0-9]+}}, [[I]]
// CHECK-NEXT: jne
// CHECK: movq [[E]], {{-?[0-9]*}}(%rsp,%r
// CHECK: movq %r{{[a-z0-9]+}}, {{-?[0-9]*}}(%rsp,[[I]],8)
// CHECK: .size one

void two(long *h, const unsigned char *p) { h[p[0] + 500] ^= h[p[1]]; }
// FAR-LABEL: two:
// FAR: leaq 4000(%r{{[a-z]+}},%r{{[a-z0-9]+}},8), [[P:%r[a-z0-9]+]]
// FAR: leaq 4000(%r{{[a-z]+}},%r{{[a-z0-9]+}},8),
// FAR-NOT: leaq
// FAR: cmpq %r{{[a-z0-9]+}}, [[P]]
// FAR: movq [[P]], {{-?[0-9]*}}(%rsp
// FAR: movq %r{{[a-z0-9]+}}, ([[P]])
// FAR: cmpq %r{{[a-z0-9]+}}, [[P]]
// FAR: .size two
// SLOW-LABEL: two:
// SLOW-NOT: addq $4000
// SLOW: leaq 4000([[P:%r[a-z0-9]+]]), [[E:%r[a-z0-9]+]]
// SLOW: cmpq %r{{[a-z0-9]+}}, [[P]]
// SLOW: movq [[E]], {{-?[0-9]*}}(%rsp
// SLOW: movq %r{{[a-z0-9]+}}, 4000([[P]])
// SLOW: cmpq %r{{[a-z0-9]+}}, [[P]]
// SLOW: .size two
