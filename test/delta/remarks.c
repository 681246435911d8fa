// What is computed in the code, and what only runs again, is told.
// RUN: %harden -O1 -Rpass=crit -Rpass-missed=crit -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: crit-audit --require=delta %t.o
unsigned bits(unsigned a, unsigned b) { return __builtin_ctz(a) + a / b; }
// CHECK: remark: delta: {{[1-9][0-9]*}} instructions computed in the code, 0 loads, {{[1-9][0-9]*}} replicated, not diversified, 1 once with checked operands, 0 not protected in bits [-Rpass=crit]
// CHECK: remark: replicated, not diversified: {{.*BSF32rr.*}} (in bits) [-Rpass-missed=crit]

float scaled(float a) { return a * 3; }
// CHECK: remark: replicated, not diversified: MULSSrm 1 (in scaled)
