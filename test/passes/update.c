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

// A constant that is added: the comparisons are with memory, through the second
// copy of the address, so one of them covers address and sum.
void increment(short *p) { ++*p; }
// INC: record increment: {{.*}} load-address=1 store-address=1 store-value=1
// INC: [[AGAIN:L[0-9]+]]:
// INC-NEXT: movzwl ([[A:%[a-z]+]]), %e[[V:[a-z]+]]
// INC-NEXT: leal 0x1(%r[[V]]), %e[[W:[a-z]+]]
// INC-NEXT: cmpw %[[V]], ([[B:%[a-z]+]])
// INC-NEXT: jne [[RETRY:L[0-9]+]]
// INC-NEXT: addl $0x1, %e[[V]]
// INC-NEXT: movw %[[V]], ([[A]])
// INC-NEXT: cmpw %[[W]], ([[B]])
// INC-NEXT: jne [[WRONG:L[0-9]+]]
// INC: [[WRONG]]:
// INC-NEXT: cmpq [[B]], [[A]]
// INC-NEXT: jne <store-address>
// INC: cmpw %[[V]], %[[W]]
// INC-NEXT: jne <store-value>
// INC: [[RETRY]]:
// INC-NEXT: cmpq [[B]], [[A]]
// INC-NEXT: jne <load-address>
// INC: jmp [[AGAIN]]

void vol(volatile int *p) { *p += 7; }
// VOL: record vol:
// VOL-COUNT-1: (%rdi){{$}}
// VOL: retq
