// "op [mem], x" would compute in the memory unit where nobody can compare. It is
// split into load, operation and store; volatile and atomic updates stay whole.
// RUN: %harden -O2 -c %s -o %t.o
// RUN: %show %t.o add | FileCheck --check-prefix=ADD %s
// RUN: %show %t.o shift | FileCheck --check-prefix=SHIFT %s
// RUN: %show %t.o increment | FileCheck --check-prefix=INC %s
// RUN: %show %t.o vol | FileCheck --check-prefix=VOL %s

void add(long *p, long v) { *p += v; }
// ADD-NOT: addq {{.*}}, (%r
// ADD-COUNT-2: addq {{%[a-z0-9]+}}, {{%[a-z0-9]+}}
// ADD-NOT: addq
// ADD: movq [[V:%[a-z0-9]+]], (%rdi)
// ADD-NEXT: cmpq {{%[a-z0-9]+}}, [[V]]
// ADD-NEXT: jne <store-value>

void shift(int *p, int n) { *p <<= n; }
// SHIFT-NOT: shll %cl, (
// SHIFT-COUNT-2: shll %cl, %
// SHIFT: jne <store-value>

void increment(short *p) { ++*p; }
// INC-NOT: incw (
// INC-COUNT-2: inc{{[wl]}} %
// INC: jne <store-value>

void vol(volatile int *p) { *p += 7; }
// VOL: record vol:
// VOL-COUNT-1: (%rdi){{$}}
// VOL: retq
