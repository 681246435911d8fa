// In the large code model a failure stub cannot reach its target: the function
// stays as clang makes it, with a remark and the reason in its record.
// RUN: %harden -O2 -mcmodel=large -c %s -o %t.o -Rpass-missed=crit 2>&1 | FileCheck --check-prefix=REMARK %s
// RUN: %show %t.o large | FileCheck %s
// RUN: not crit-clang -O2 -mcmodel=large -fcrit-strict -c %s -o %t.no.o 2>&1 | FileCheck --check-prefix=STRICT %s
// RUN: %harden -O2 -mcmodel=medium -c %s -o %t.m.o && %show %t.m.o | FileCheck --check-prefix=MEDIUM %s

int large(int a, int b) { return a * b; }
// REMARK: remark: not protected: target or code model not supported (in large)
// CHECK: record large: none {{.*}} reason:target=
// CHECK-COUNT-1: imull
// CHECK-NOT: imull
// STRICT: error: crit: -fcrit-strict: not protected: target or code model
// MEDIUM: record large: ilr {{.*}} return=1
