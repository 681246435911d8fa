// A call with arguments on the stack leaves its function repairable.
// RUN: %crit_clang -fcrit=haft -O2 -Rpass-missed=crit -c %s -o %t.o 2>&1 | FileCheck --allow-empty --check-prefix=QUIET %s
// RUN: %crit_clang -fcrit=haft -Os -Rpass-missed=crit -c %s -o %t.o 2>&1 | FileCheck --allow-empty --check-prefix=QUIET %s
// QUIET-NOT: only stop
// RUN: crit-audit %t.o | FileCheck --check-prefix=AUDIT %s
// AUDIT: a mismatch    computed again at {{[1-9]}}
// Why a whole function only stops is said.
// RUN: %crit_clang -fcrit=haft -O2 -DX87 -Rpass-missed=crit -c %s -o %t.o 2>&1 | FileCheck %s
// CHECK: remark: mismatches only stop: x87, MMX or AMX values (in f)
// CHECK-NOT: only stop

int printf(const char *, ...);

long f(long a, long b, long c, long *d) {
  d[a] += b;
  printf("%ld %ld %ld %ld %ld %ld %ld %ld\n", a, b, c, a + b, b + c, a - c,
         a * b, c * b);
#ifdef X87
  *(long double *)d += a;
#endif
  return d[a] * c;
}
