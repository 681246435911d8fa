// The second store's address was the first one's, too. If it was hit there, and the
// first one's reading back saw nothing, something else has been overwritten: the second
// comparison stops (a number below 2^30), the first goes back.
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
// FIRST-NEXT: leaq
// FIRST-NEXT: pushq ${{10737418[0-9]+}}

// SECOND-LABEL: two:
// SECOND: movq %rsi, (%rdi)
// SECOND: cmpq %r{{[0-9]+}}, %rdi
// SECOND-NEXT: jne [[SECOND:.LBB0_[0-9]+]]
// SECOND: movq %rdx, 8(%rdi)
// SECOND: {{^}}[[SECOND]]:
// SECOND-NEXT: cmpq
// SECOND-NEXT: je
// SECOND: pushq ${{[0-9][0-9]?[[:space:]]}}

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
// OTHER-NEXT: leaq
// OTHER-NEXT: pushq ${{10737418[0-9]+}}
