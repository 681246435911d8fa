// With -fcrit-recover= delta's mismatches are repaired by haft's regions: a landing
// loads what was saved and encodes the second copy anew. Without, nothing of it.
//
// RUN: %crit_clang -fcrit=delta -O2 -c %s -o %t.stop.o
// RUN: crit-audit %t.stop.o | FileCheck %s --check-prefix=STOP
// STOP-NOT: a mismatch
// RUN: %crit_clang -fcrit=delta -fcrit-recover=rollback -O2 -c %s -o %t.o -Xclang -mllvm -Xclang -verify-machineinstrs
// RUN: crit-audit --require=delta %t.o | FileCheck %s --check-prefix=AGAIN
// AGAIN: a mismatch computed again at {{[1-9][0-9]*}} checks
// RUN: %crit_clang -fcrit=delta -fcrit-recover=rollback -fcrit-delta-scheme=affine -O2 -c %s -o %t.affine.o -Xclang -mllvm -Xclang -verify-machineinstrs
// RUN: crit-audit --require=delta %t.affine.o | FileCheck %s --check-prefix=AGAIN
// RUN: %crit_clang -fcrit=delta -fcrit-recover=stop -O2 -c %s -o %t.same.o && cmp %t.stop.o %t.same.o
//
// Each checkpoint's slot is compared with the decoded second copy, and the
// landing, behind the return, encodes.
// RUN: llvm-objdump -d --no-show-raw-insn --disassemble-symbols=between %t.o | FileCheck %s
// CHECK: movq %rdi, [[A:0x[0-9a-f]+]](%rsp)
// CHECK: notq %r
// CHECK: notq %r[[D:[a-z0-9]+]]
// CHECK-NEXT: cmpq %r[[D]], [[A]](%rsp)
// CHECK: callq
// CHECK: retq
// CHECK-NEXT: movq [[A]](%rsp), %rdi
// CHECK-NEXT: movq [[B:0x[0-9a-f]+]](%rsp), %rsi
// CHECK-NEXT: movq [[B]](%rsp), %r[[S:[a-z0-9]+]]
// CHECK-NEXT: notq %r[[S]]
// CHECK-NEXT: movq [[A]](%rsp), %r[[S:[a-z0-9]+]]
// CHECK-NEXT: notq %r[[S]]
void f(void);
long between(long a, long b) {
  long c = a * b;
  f();
  return c + 1;
}
