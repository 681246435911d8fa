// Computation and decisions that run only once are said, each with its reason,
// and are errors for who asked for that.
// RUN: %harden -O2 -mrdrnd -c %s -o %t.o -Rpass-missed=crit 2>&1 | FileCheck %s
// RUN: %harden -O0 -mrdrnd -c %s -o %t.o -Rpass-missed=crit 2>&1 | FileCheck %s
// RUN: not crit-clang -O2 -mrdrnd -fcrit-strict -c %s -o %t.none 2>&1 | FileCheck --check-prefix=STRICT %s
// RUN: crit-clang -O2 -mrdrnd -fcrit-strict -DGOOD -c %s -o %t.good.o
// RUN: crit-audit --functions %t.o | FileCheck --check-prefix=AUDIT %s
// AUDIT: not replicated {{[0-9]+}}: side-effect (instruction with effects of its own)

#ifndef GOOD
int exchange(int *p, int a, int b) {
  if (__atomic_compare_exchange_n(p, &a, b, 0, 5, 5))
    return 3;
  return a;
}
// CHECK: remark: not protected: instruction with effects of its own (in exchange)
// STRICT: error: crit: -fcrit-strict: not protected: instruction with effects of its own (in exchange)

int flags(int a) {
  int z;
  __asm__("test %1,%1" : "=@ccz"(z) : "r"(a));
  return z ? 5 : 9;
}
// CHECK: remark: not protected: inside inline assembly (in flags)
// CHECK: remark: not protected: inside inline assembly (in flags)

int x87(long double a, long double b) { return a < b ? 5 : 7; }
// CHECK: remark: not protected: x87 floating-point stack value (in x87)
// CHECK-NOT: not protected: {{[^x]*}} (in x87)

int chance(unsigned long long *p) { return __builtin_ia32_rdrand64_step(p) ? 3 : 4; }
// CHECK: remark: not protected: instruction with effects of its own (in chance)
#endif

// Run once by nature.
int add(int *p) { return __atomic_fetch_add(p, 3, 5); }
unsigned long long clock_now(void) { return __builtin_ia32_rdtsc(); }
void update(int *p, int a) { p[a] += a; }
// CHECK-NOT: remark: not protected: {{.*}} (in {{add|clock_now|update}})
