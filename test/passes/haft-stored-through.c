// The second store's address was the first one's, too. If it was hit there, and the
// first one's reading back saw nothing, something else has been overwritten: behind the
// second comparison the failure path looks whether both places hold the same (fourth field
// of its site: known, read back, 8 bytes at 0, no other register; fifth: the argument's slot has it, too);
// behind the first it just goes back.
// RUN: %crit_clang -fcrit=haft -O2 -S %s -o %t.s
// RUN: FileCheck --check-prefix=FIRST %s < %t.s
// RUN: FileCheck --check-prefix=SECOND %s < %t.s
// RUN: FileCheck --check-prefix=OTHER %s < %t.s
struct P {
  long a, b;
};
void two(struct P *p, long x, long y) {
  p->a = x;
  p->b = y;
}
// FIRST-LABEL: two:
// FIRST: cmpq %r{{[0-9]+}}, %rdi
// FIRST-NEXT: jne [[FIRST:.LBB0_[0-9]+]]
// FIRST: movq %rsi, (%rdi)
// FIRST: {{^}}[[FIRST]]:
// FIRST-NEXT: #APP
// FIRST: cmpq %rsp,
// FIRST: leaq -136
// FIRST-NEXT: pushq ${{10737418[0-9]+}}

// SECOND-LABEL: two:
// SECOND: movq %rsi, (%rdi)
// SECOND: cmpq %r{{[0-9]+}}, %rdi
// SECOND-NEXT: jne [[SECOND:.LBB0_[0-9]+]]
// SECOND: movq %rdx, 8(%rdi)
// SECOND: {{^}}[[SECOND]]:
// SECOND-NEXT: #APP
// SECOND: cmpq %rsp,
// SECOND: leaq -136
// SECOND-NEXT: pushq ${{10737418[0-9]+}}
// SECOND: .Lcrit_sites0:
// SECOND: .long 7967{{$}}
// SECOND-NEXT: .long {{-[0-9]+}}

// Another register: goes back.
void apart(long *restrict p, long *restrict q, long x, long y) {
  *p = x;
  *q = y;
}
// OTHER-LABEL: apart:
// OTHER: movq %rdx, (%rdi)
// OTHER: cmpq %r{{[0-9]+}}, %rsi
// OTHER-NEXT: jne [[OTHER:.LBB1_[0-9]+]]
// OTHER: movq %rcx, (%rsi)
// OTHER: {{^}}[[OTHER]]:
// OTHER-NEXT: #APP
// OTHER: cmpq %rsp,
// OTHER: leaq -136
// OTHER-NEXT: pushq ${{10737418[0-9]+}}
