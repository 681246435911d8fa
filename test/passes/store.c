// A store happens once. Behind it, its value and the registers of its address
// are compared; a register hit before or during the store still differs then. A
// constant value is part of the instruction: only the address is compared.
// RUN: %harden -O2 -c %s -o %t.o
// RUN: %show %t.o store | FileCheck --check-prefix=STORE %s
// RUN: %show %t.o narrow | FileCheck --check-prefix=NARROW %s
// RUN: %show %t.o constant | FileCheck --check-prefix=CONST %s
// RUN: %show %t.o merged | FileCheck --check-prefix=MERGED %s

void store(long *p, long i, long v) { p[i] = v * 3; }
// STORE: record store: {{.*}} store-address=2 store-value=1
// STORE-NOT: jne
// STORE: movq [[V:%[a-z0-9]+]], (%rdi,%rsi,8)
// STORE-NEXT: cmpq {{%[a-z0-9]+}}, [[V]]
// STORE-NEXT: jne <store-value>
// STORE-NEXT: cmpq {{%[a-z0-9]+}}, {{%r[ds]i}}
// STORE-NEXT: jne <store-address>
// STORE-NEXT: cmpq {{%[a-z0-9]+}}, {{%r[ds]i}}
// STORE-NEXT: jne <store-address>
// STORE-NEXT: retq

void narrow(char *p, int v) { *p = v; }
// Only the bytes that reach memory are compared.
// NARROW: movb {{%[a-z]+}}, (%rdi)
// NARROW-NEXT: cmpb
// NARROW-NEXT: jne <store-value>
// NARROW-NEXT: cmpq {{%[a-z0-9]+}}, %rdi
// NARROW-NEXT: jne <store-address>

void constant(int *p) { *p = 42; }
// CONST: record constant: {{.*}} unprotected=0 store-address=1{{$}}
// CONST: movl $0x2a, (%rdi)
// CONST-NEXT: cmpq {{%[a-z0-9]+}}, %rdi
// CONST-NEXT: jne <store-address>

void merged(long *p, long v) { p[0] = v; p[2] = v; p[4] = v; }
// One check behind the last of several stores covers a value for all of them.
// MERGED: record merged: {{.*}} store-address=1 store-value=1{{$}}
// MERGED-COUNT-3: movq %rsi,
// MERGED: jne <store-
