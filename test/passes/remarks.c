// -Rpass=crit says what was done, function by function, in the numbers of the
// record.
// RUN: %harden -O2 -Rpass=crit -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %show %t.o | FileCheck --check-prefix=RECORD %s

int twice(int a, int b) { return a * b + 7; }
// CHECK: remarks.c:[[#@LINE-1]]:{{.*}}remark: ilr: [[#TWICE:]] instructions run twice, 1 once with checked operands, 0 not protected in twice [-Rpass=crit]
// RECORD: record twice: ilr twice={{[1-9]}} once=1 unprotected=0
