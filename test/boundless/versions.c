// Affine accesses: one loop without checks, one with. A loop whose accesses or
// length cannot be known beforehand keeps its checks and is there once.
// RUN: %crit_bl -O2 -fno-vectorize -fno-slp-vectorize -fno-unroll-loops -fno-discard-value-names -S -emit-llvm %s -o - | FileCheck %s
// CHECK-LABEL: @affine(
// CHECK: .checked
// CHECK: ret i64
long affine(int *p, long n) {
  long s = 0;
  for (long i = 0; i < n; i++)
    s += p[i];
  return s;
}

// CHECK-LABEL: @gathered(
// CHECK-NOT: @affine
// CHECK: preserve_mostcc ptr
// CHECK: ret i64
long gathered(int *p, int *q, long n) {
  long s = 0;
  for (long i = 0; i < n; i++)
    s += p[q[i]];
  return s;
}

// CHECK-LABEL: @sentinel(
// CHECK-NOT: .checked
// CHECK: preserve_mostcc ptr
// CHECK-NOT: .checked
// CHECK: ret i64
long sentinel(char *p) {
  long n = 0;
  while (p[n] != 'x')
    n++;
  return n;
}

// An index that has few values: all of them in bounds, whatever comes.
// CHECK-LABEL: @levels(
// CHECK: .checked
long levels(long *t, long n) {
  long x = 0;
  for (long i = 0; i < n; i++)
    x = t[x & 255];
  return x;
}

// CHECK-LABEL: @any(
// CHECK-NOT: .checked
// CHECK: preserve_mostcc ptr
// CHECK-NOT: .checked
long any(long *t, long n) {
  long x = 0;
  for (long i = 0; i < n; i++)
    x = t[(unsigned)x];
  return x;
}

// A number of rounds that cannot be computed in front: it is there already.
// CHECK-LABEL: @share(
// CHECK: udiv
// CHECK-NOT: udiv
// CHECK: .checked
// CHECK-NOT: udiv
long share(const long *p, unsigned long n, unsigned long parts) {
  long s = 0;
  unsigned long m = n / parts;
  for (unsigned long i = 0; i < m; i++)
    s += p[i];
  return s;
}

// Counted in halves of such a number, as where LLVM has made two turns one.
// CHECK-LABEL: @halves(
// CHECK: udiv
// CHECK-NOT: udiv
// CHECK: .checked
// CHECK-NOT: udiv
long halves(const long *p, unsigned long n, unsigned long parts) {
  long s = 0;
  unsigned long m = n / parts;
  for (unsigned long i = 0; i != (m & ~1ul); i += 2)
    s += p[i] ^ p[i + 1];
  return s;
}
