// Strict: a call costs the bounds of every pointer anew, so callees of up to twice LLVM's
// size are inlined; not with haft, whose files are large enough.
// RUN: %crit_bl -O2 -fcrit-bounds=strict -S -emit-llvm %s -o - | FileCheck %s
// RUN: %crit_bl -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=CALLS
// RUN: %crit_bl -O2 -fcrit-bounds=strict -fcrit=haft,boundless -S -emit-llvm %s -o - | FileCheck %s --check-prefix=CALLS
// RUN: %crit_bl -O2 -fcrit-bounds=strict -mllvm -inline-threshold=225 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=CALLS
struct s {
  long a, b, c, d;
};
void other(long);

long middle(struct s *p, long n) {
  for (int i = 0; i < 3; ++i) {
    other(p->a + n);
    other(p->b ^ n);
    if (p->c > n)
      other(p->d);
  }
  return p->a;
}

// Too large for that, too.
#define TEN(X) X X X X X X X X X X
long large(struct s *p, long n) {
  TEN(TEN(other(p->a); p->b ^= n;))
  return p->b;
}

// CHECK-LABEL: @user(
// CHECK-NOT: call {{.*}}@middle(
// CHECK: call {{.*}}@large(
// CHECK-NOT: call {{.*}}@middle(
// CHECK: ret i64
// CALLS-LABEL: @user(
// CALLS: call {{.*}}@middle(
// CALLS: call {{.*}}@large(
// CALLS: ret i64
long user(struct s *p, long n) {
  long x = middle(p, n) + middle(p, n + 1);
  return x + large(p, n) * large(p, x);
}
