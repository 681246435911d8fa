// A constant argument or result sits in a register like any other value and is
// compared there; the peephole optimiser moves such constants straight into the
// argument register.
// RUN: %harden -O2 -c %s -o %t.o
// RUN: %show %t.o arguments | FileCheck --check-prefix=CALL %s
// RUN: %show %t.o result | FileCheck --check-prefix=RETURN %s

void callee(int, int);
void arguments(void) { callee(11, 22); }
// CALL: record arguments: {{.*}} call-argument=2
// CALL: jmp callee

int result(void) { return 33; }
// RETURN: record result: {{.*}} return=1
