// Arithmetic runs twice: both inputs are copied on entry, every operation occurs
// exactly two times, on disjoint registers, and the two results meet only in the
// check of the returned value.
// RUN: %harden -O2 -c %s -o %t.o && %show %t.o arith | FileCheck %s
// RUN: %harden -O0 -c %s -o %t.o && %show %t.o arith | FileCheck --check-prefix=O0 %s
// RUN: crit-clang -fcrit=none -O2 -c %s -o %t.o && llvm-readelf -S %t.o | FileCheck --check-prefix=PLAIN %s

int arith(int a, int b) { return (a * b) ^ 0x1234; }

// CHECK: record arith: ilr twice={{[1-9][0-9]*}} once=1 unprotected=0 return=1
// CHECK: arith:
// CHECK-DAG: movl %edi, [[A:%[a-z0-9]+]]
// CHECK-DAG: movl %esi, [[B:%[a-z0-9]+]]
// CHECK: imull [[X:%[a-z0-9]+]], [[Y:%[a-z0-9]+]]
// CHECK-NOT: imull {{.*}}[[X]]
// CHECK-NOT: imull {{.*}}[[Y]]
// CHECK: imull
// CHECK-NOT: imull
// CHECK-COUNT-2: xorl $0x1234,
// CHECK-NOT: xorl
// CHECK: cmpl [[S:%[a-z0-9]+]], %eax
// CHECK-NEXT: jne <return>
// CHECK-NEXT: retq

// O0: arith:
// O0-COUNT-2: imull
// O0-NOT: imull
// O0-COUNT-2: xorl $0x1234,
// O0-NOT: xorl
// O0: jne <return>

// PLAIN-NOT: crit_funcs
