// A loop whose stores need a log only because nobody knows whether two arrays overlap
// is versioned; others are not.
// RUN: %crit_clang -fcrit=haft -O2 -fno-unroll-loops -fno-vectorize -fno-slp-vectorize -S -emit-llvm %s -o - | FileCheck %s
// RUN: %crit_clang -fcrit=ilr -O2 -fno-unroll-loops -fno-vectorize -fno-slp-vectorize -S -emit-llvm %s -o - | FileCheck %s --check-prefix=ILR
// RUN: %crit_clang -fcrit=haft -O2 -fno-unroll-loops -fno-vectorize -fno-slp-vectorize -S %s -o - | FileCheck %s --check-prefix=ASM
// RUN: %crit_clang -fcrit=haft -O2 -mllvm -verify-machineinstrs -c %s -o %t.o
// ILR-NOT: !noalias

void smooth(long *out, const long *in, long n) {
  for (long i = 1; i < n; ++i)
    out[i] = in[i - 1] + in[i + 1];
}
// CHECK-LABEL: @smooth(
// CHECK: store {{.*}}, !alias.scope {{.*}}, !noalias
// CHECK: {{^}}}

// One array: what is read is overwritten.
void shift(long *a, long n) {
  for (long i = 1; i < n; ++i)
    a[i - 1] = a[i] + 1;
}
// CHECK-LABEL: @shift(
// CHECK-NOT: !noalias
// CHECK: {{^}}}

// What was found for one row does not hold for the next: each begins with a region,
// whose number is written down.
void rows(long *out, const long *in, long n, long m) {
  for (long j = 0; j < m; ++j, out += n)
    for (long i = 1; i < n; ++i)
      out[i] = in[i - 1] + in[i + 1];
}
// CHECK-LABEL: @rows(
// CHECK: store {{.*}}, !alias.scope {{.*}}, !noalias
// CHECK: {{^}}}
// ASM-LABEL: rows:
// ASM: .Lcrit_land{{[0-9]+}}_16777216:
// ASM: .size rows

// Two turns in one, which load ten times, not twelve: of what the second needs the first has
// loaded two. The odd turn loads six times.
// RUN: %crit_clang -fcrit=haft -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=TWICE
// TWICE-LABEL: @heat(
// TWICE-COUNT-16: load double, {{.*}}, !alias.scope
// TWICE-NOT: load double, {{.*}}, !alias.scope
double heat(const double *old, const double *conduct, double *to, unsigned long n) {
  double moved = 0;
  for (unsigned long j = 1; j + 1 < n; ++j) {
    double around = old[j - 1] + old[j + 1] + old[j + n] + old[j + 2 * n];
    double flow = conduct[j] * (around - 4.0 * old[j]);
    to[j] = old[j] + flow;
    moved += flow * flow;
  }
  return moved;
}
