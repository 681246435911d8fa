// What -fcrit-recover=stop leaves is ilr: no landings, no table, no slots; and
// crit-audit tells checks that are computed again from those that stop.
// RUN: %crit_clang -fcrit=haft -O2 -c %s -o %t.o
// RUN: crit-audit %t.o | FileCheck --check-prefix=ROLLBACK %s
// ROLLBACK: a mismatch    computed again at {{[1-9][0-9]*}} checks, a stop at
// RUN: crit-audit --json %t.o | FileCheck --check-prefix=JSON %s
// JSON: "repaired":{{ ?[1-9]}}
// RUN: %crit_clang -fcrit=haft -fcrit-recover=stop -O2 -c %s -o %t-none.o
// RUN: crit-audit %t-none.o | FileCheck --check-prefix=NONE %s
// NONE: haft 1
// NONE: a mismatch    computed again at 0 checks, a stop at {{[1-9]}}
// RUN: llvm-readelf-22 -SW %t-none.o | FileCheck --check-prefix=TABLE %s
// TABLE-NOT: crit_regions
// RUN: %crit_clang -fcrit=haft -O2 -S %s -o - | FileCheck %s

int g(int);

// The stack pointer is compared with the mark behind what a cut has saved. The mark comes
// from a copy that was taken before the prologue.
int twice(int a, int b) { return g(a) * b; }
// CHECK-LABEL: twice:
// CHECK: leaq -[[#]](%rsp), %r11
// CHECK: pushq
// CHECK: movq %r11, [[MARK:[0-9]+]](%rsp)
// CHECK: cmpq %rsp, [[MARK]](%rsp)
// CHECK: callq g
