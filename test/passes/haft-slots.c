// Where size counts, regions take what they use from the slots, and landings load
// only what comes in registers. (faults/cases/haft-slots.c: it is right.)
// RUN: %crit_clang -fcrit=haft -O2 -Dsmall='__attribute__((minsize))' -mllvm -verify-machineinstrs -S %s -o - | FileCheck --check-prefix=SMALL %s
// RUN: %crit_clang -fcrit=haft -O2 -Dsmall= -mllvm -verify-machineinstrs -S %s -o - | FileCheck --check-prefix=FAST %s

void g(long), h(void);
small long f(long *p, long n) {
  long a = p[0] * n, b = p[1] * n, c = p[2] * n, d = p[3] * n, e = p[4] * n, k = p[5] * n;
  h(); h(); h(); h();
  g(a);
  h(); h(); h(); h();
  g(b);
  h(); h(); h(); h();
  g(c);
  h(); h(); h(); h();
  g(d);
  h(); h(); h(); h();
  g(e);
  h(); h(); h(); h();
  return k;
}
// Both copies from the slot, then the stack pointer.
// SMALL-LABEL: {{^}}f:
// SMALL: callq g@PLT
// SMALL: callq h@PLT
// SMALL: movq [[SLOT:[0-9]+\(%rsp\)]], %{{[a-z0-9]+}}
// SMALL: movq [[SLOT]], %{{[a-z0-9]+}}
// SMALL: cmpq %rsp, {{[0-9]*}}(%rsp)
// SMALL: callq g@PLT
// SMALL: {{^}}.Lcrit_land0_5:
// SMALL-NOT: rsp
// SMALL: jmp

// FAST-LABEL: {{^}}f:
// FAST: {{^}}.Lcrit_land0_5:
// FAST: movq {{[0-9]+}}(%rsp), %
// FAST: jmp
