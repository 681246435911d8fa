// A plain load runs twice, through the two copies of its address. Another thread
// may write in between, so by default the two values are compared and both loads
// repeated until they agree; if the addresses differ, that is the fault. Constants
// and private stack slots cannot change and need none of this.
// RUN: %harden -O2 -c %s -o %t.o
// RUN: %show %t.o integer | FileCheck --check-prefix=VERIFY %s
// RUN: %show %t.o real | FileCheck --check-prefix=REAL %s
// RUN: %show %t.o constant | FileCheck --check-prefix=PRIVATE %s
// RUN: %show %t.o private | FileCheck --check-prefix=PRIVATE %s
// RUN: %show %t.o compared | FileCheck --check-prefix=FOLDED %s
// RUN: %show %t.o updated | FileCheck --check-prefix=UPDATED %s
// RUN: %show %t.o moved | FileCheck --check-prefix=MOVED %s
// RUN: %harden -O2 -fcrit-loads=twice -c %s -o %t2.o
// RUN: %show %t2.o integer | FileCheck --check-prefix=TWICE %s
// RUN: %show %t2.o compared | FileCheck --check-prefix=TWICE %s
// RUN: %harden -O2 -fcrit-loads=strict -c %s -o %t3.o
// RUN: %show %t3.o integer | FileCheck --check-prefix=VERIFY %s
// RUN: %show %t3.o real | FileCheck --check-prefix=STRICT %s

long integer(const long *p) { return *p * 5; }
// VERIFY: record integer: {{.*}} load-address=1 return=1
// VERIFY: movq ([[A:%[a-z0-9]+]]), [[V:%[a-z0-9]+]]
// VERIFY-NEXT: movq ([[B:%[a-z0-9]+]]), [[W:%[a-z0-9]+]]
// VERIFY-NEXT: cmpq [[W]], [[V]]
// VERIFY-NEXT: jne [[RETRY:L[0-9]+]]
// VERIFY: jne <return>
// VERIFY: [[RETRY]]:
// VERIFY-NEXT: cmpq [[B]], [[A]]
// VERIFY-NEXT: jne <load-address>
// VERIFY: [[AGAIN:L[0-9]+]]:
// VERIFY-NEXT: movq ([[A]]), [[V]]
// VERIFY-NEXT: movq ([[B]]), [[W]]
// VERIFY-NEXT: cmpq [[W]], [[V]]
// VERIFY-NEXT: jne [[AGAIN]]
// TWICE-NOT: load-address
// TWICE-COUNT-2: (%r{{[a-z0-9]+}}), %
// TWICE-NOT: {{^L}}
// TWICE: jne <return>

double real(const double *p) { return *p * 5; }
// Data of this kind is not raced on in practice and dear to compare.
// REAL: record real: {{.*}} unprotected=0 return=1{{$}}
// REAL-COUNT-2: (%r{{[a-z]+}}), %xmm
// REAL: jne <return>
// STRICT: record real: {{.*}} load-address=1 return=1{{$}}
// STRICT: jne [[RETRY:L[0-9]+]]
// STRICT: jne <return>
// STRICT: [[RETRY]]:
// STRICT: jne <load-address>
// STRICT: (%rdi), %xmm

static const int Table[8] = {3, 1, 4, 1, 5, 9, 2, 6};
int constant(unsigned i) { return Table[i & 7]; }
int private(unsigned i) {
  volatile int Escapes = 0;
  int a[4] = {i, i * 3, i * 5, i * 7};
  return a[i & 3] + Escapes;
}
// PRIVATE-NOT: load-address
// PRIVATE-NOT: {{^L[0-9]}}
// PRIVATE: jne <return>

int compared(const long *p, long a) { return *p < a; }
// A load folded into a compare is taken out of it, to be verified.
// FOLDED: record compared: {{.*}} load-address=1
// FOLDED-NOT: cmpq {{.*}}(

// Neighbouring counters become one vector; two threads may count.
long counters[4];
void updated(void) {
  counters[0]++;
  counters[1]++;
}
// UPDATED: movdqa
// UPDATED-NEXT: movdqa
// UPDATED: pcmpeqb
// UPDATED: jne L
// UPDATED: psubq

// A vector that goes elsewhere is not worth the comparison.
void moved(long *restrict to) {
  to[0] = counters[2] + 1;
  to[1] = counters[3] + 1;
}
// MOVED-NOT: jne L
// MOVED: ret
