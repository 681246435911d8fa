// Rollback: what lives across a cut is in a slot that was compared after it was
// written; a failed check leaves for its region's landing.
// RUN: %crit_clang -fcrit=haft -O2 -fno-unroll-loops -fno-vectorize -S %s -o - | FileCheck %s
// RUN: %crit_clang -fcrit=haft -O0 -mllvm -verify-machineinstrs -c %s -o %t.o
// RUN: %crit_clang -fcrit=haft -O3 -g -mllvm -verify-machineinstrs -c %s -o %t.o
// RUN: crit-audit %t.o | FileCheck --check-prefix=AUDIT %s
// AUDIT: haft

int g(int);

// A loop that only reads is one region: nothing is saved in it.
long sum(const long *a, long n) {
  long s = 0;
  for (long i = 0; i < n; ++i)
    s += a[i] * 3;
  return s;
}
// CHECK-LABEL: sum:
// CHECK: movq %rdi, [[SLOT:-?[0-9]*]](%rsp)
// The stack pointer is compared behind the slots; then, in the region, the second copy
// of an argument comes from its slot.
// CHECK-NOT: {{\(%rsp\), %r}}
// CHECK: cmpq %rsp, {{-?[0-9]+}}(%rsp)
// CHECK: movq [[SLOT]](%rsp), %r
// CHECK: Parent Loop
// CHECK-NOT: movq %r{{.*}}(%rsp)
// CHECK: retq
// Landings stand at the end, not in the way of what they repair.
// CHECK: .Lcrit_land[[F:[0-9]+]]_1:
// CHECK: movq [[SLOT]](%rsp), %rdi
// CHECK: jmp .LBB
// CHECK: crit_regions
// Nothing is written if the stack pointer is not what the mark says. The stub leaves room
// for the red zone and the way back.
// CHECK: cmpq %rsp, {{-?[0-9]+}}(%rsp)
// CHECK-NEXT: je [[RIGHT:[0-9.A-Za-z]+]]
// CHECK-NEXT: ud2
// CHECK-NEXT: [[RIGHT]]:
// CHECK: leaq -136(%rsp), %rsp
// CHECK-NEXT: pushq $1073741824
// CHECK: leaq .Lcrit_land[[F]]_1(%rip), %rax
// CHECK-NEXT: movq %rax, 16(%rsp)
// CHECK: jmp __crit_ilr_fail
// CHECK: .Lcrit_stubs_end[[F]]:

// A call cannot happen again: its result is saved, later checks go there.
int call(int a) { return g(a) * a; }
// CHECK-LABEL: call:
// CHECK: callq g
// CHECK: movl %eax, {{[0-9]+}}(%rsp)

// Nothing jumps around a landing in straight-line code, and no head of a region is
// aligned that is no loop's.
long line(long a, long b) {
  long c = a * b;
  g(1);
  return c + 1;
}
// CHECK-LABEL: line:
// CHECK-NOT: {{jmp|p2align}}
// CHECK: callq g
// CHECK-NOT: {{jmp|p2align}}
// CHECK: retq
