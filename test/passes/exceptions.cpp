// A call that may throw ends a block on two ways. Its arguments are compared before
// it, its result is adopted on the normal way, the landing pad's values on the other.
// RUN: crit-clang++ -fcrit=ilr -mllvm -verify-machineinstrs -O2 -c %s -o %t.o
// RUN: %show %t.o _Z4calll | FileCheck %s

long may(long);
long call(long a) {
  try {
    return may(a * 5) + 1;
  } catch (long e) {
    return e * 7;
  }
}
// CHECK: record _Z4calll: {{.*}} unprotected=0
// CHECK: cmpq {{%[a-z0-9]+}}, %rdi
// CHECK-NEXT: jne <call-argument>
// CHECK-NEXT: callq _Z3mayl
// CHECK-NEXT: movq %rax, [[R:%[a-z0-9]+]]
// CHECK-DAG: incq {{%rax|%rbx}}
// CHECK-DAG: incq [[R]]
// CHECK: jne <return>
