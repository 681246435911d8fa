// Calls are dearer in hardened code, which inlines callees of up to twice the
// size, a little more where a call ends a region; not into functions that run once or
// are large already, not where size matters, not beside boundless, and not against a
// number that the user gives. Beside a loop a call is little.
// DEFINE: %{flags} =
// DEFINE: %{show} = %harden -O2 %{flags} -S %s -o - | FileCheck %s
// RUN: %{show} --check-prefixes=CHECK,MORE,LESS
// RUN: %harden -O3 -S %s -o - | FileCheck %s --check-prefixes=CHECK,MORE
// REDEFINE: %{flags} = -mllvm -inline-threshold=225
// RUN: %{show} --check-prefixes=CHECK,SAME,LESS
// REDEFINE: %{flags} = -Os
// RUN: %{show} --check-prefixes=CHECK,SAME,LESS
// REDEFINE: %{flags} = -fcrit=none
// RUN: %{show} --check-prefixes=CHECK,SAME,LESS
// REDEFINE: %{flags} = -fno-crit=ilr -fcrit=haft
// RUN: %{show} --check-prefixes=CHECK,MORE,MOST
// REDEFINE: %{flags} = -fno-crit=ilr -fcrit=haft -fcrit-recover=stop
// RUN: %{show} --check-prefixes=CHECK,MORE,LESS
// REDEFINE: %{flags} = -fno-crit=ilr -fcrit=haft,boundless
// RUN: %{show} --check-prefixes=CHECK,SAME,LESS
//
// Also when it is the linker that inlines.
// DEFINE: %{kind} = -flto
// DEFINE: %{link} = crit-clang -fcrit=ilr -O2 %{kind} -DCALLERS -c %s -o %t.1.o && crit-clang -fcrit=ilr -O2 %{kind} -DCALLEES -c %s -o %t.2.o && crit-clang %{kind} %t.1.o %t.2.o -o %t && llvm-objdump -d %t | FileCheck %s --check-prefix=LTO
// RUN: %{link}
// REDEFINE: %{kind} = -flto=thin
// RUN: %{link}

#define STEP(K) x = (x ^ (x >> K)) * (y + x);
#define STEPS8                                                                 \
  STEP(1) STEP(2) STEP(3) STEP(4) STEP(5) STEP(6) STEP(7) STEP(8)

#ifndef CALLERS
unsigned long middle(unsigned long x, unsigned long y) {
  STEPS8 STEPS8 STEPS8 return x;
}
unsigned long fair(unsigned long x, unsigned long y) {
  STEPS8 STEPS8 STEPS8 STEPS8 STEP(1) STEP(2) STEP(3) STEP(4) STEP(5) return x;
}
unsigned long turns(unsigned long x, unsigned long y) {
  do {
    STEPS8 STEPS8 STEPS8
  } while (x & 1);
  return x;
}
unsigned long large(unsigned long x, unsigned long y) {
  STEPS8 STEPS8 STEPS8 STEPS8 STEPS8 STEPS8 return x;
}
#else
unsigned long middle(unsigned long x, unsigned long y);
unsigned long fair(unsigned long x, unsigned long y);
unsigned long turns(unsigned long x, unsigned long y);
unsigned long large(unsigned long x, unsigned long y);
#endif

#ifndef CALLEES
// CHECK-LABEL: caller:
// MORE-NOT: callq middle
// SAME: callq middle
// CHECK: callq large
// LTO-LABEL: <caller>:
// LTO-NOT: <middle>
// LTO: <large>
__attribute__((noinline)) unsigned long caller(unsigned long a) {
  return middle(a, a * 3) + large(a, a * 5) + middle(a + 1, a) + large(a, 1);
}

// CHECK-LABEL: between:
// MOST-NOT: callq fair
// LESS: callq fair
// MOST: callq turns
// CHECK: .size between
unsigned long between(unsigned long a) {
  return fair(a, a * 3) + fair(a + 1, a) + turns(a, a * 5) + turns(a + 2, a);
}

#define STEPS128                                                               \
  STEPS8 STEPS8 STEPS8 STEPS8 STEPS8 STEPS8 STEPS8 STEPS8                      \
  STEPS8 STEPS8 STEPS8 STEPS8 STEPS8 STEPS8 STEPS8 STEPS8
// CHECK-LABEL: crowded:
// CHECK: callq middle
unsigned long crowded(unsigned long x, unsigned long y) {
  STEPS128 STEPS128 STEPS128 return middle(x, y) + middle(y, x);
}

// CHECK-LABEL: excluded:
// CHECK: callq middle
__attribute__((annotate("crit:none"))) unsigned long
excluded(unsigned long a) {
  return middle(a, a * 3) + middle(a + 1, a);
}

int main(int argc, char **argv) { return caller(argc) & 1 + excluded(argc) + between(argc); }
#endif
