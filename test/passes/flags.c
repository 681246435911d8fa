// Instructions that read EFLAGS get flags of their own: the compare and its
// readers are repeated together on the second copy.
// RUN: %harden -O2 -c %s -o %t.o
// RUN: %show %t.o set | FileCheck --check-prefix=SET %s
// RUN: %show %t.o select | FileCheck --check-prefix=CMOV %s
// RUN: %show %t.o wide | FileCheck --check-prefix=ADC %s
// RUN: %show %t.o overflow | FileCheck --check-prefix=OVER %s

int set(long a, long b) { return a < b; }
// SET: record set: {{.*}} unprotected=0 return=1
// SET: cmpq
// SET-NEXT: setl
// SET: cmpq
// SET-NEXT: setl
// SET-NOT: setl
// SET: jne <return>

long select(long a, long b, long c, long d) { return a < b ? c : d; }
// CMOV: record select: {{.*}} unprotected=0 return=1
// CMOV: cmpq
// CMOV-NEXT: cmov
// CMOV: cmpq
// CMOV-NEXT: cmov
// CMOV-NOT: cmov
// CMOV: jne <return>

unsigned __int128 wide(unsigned __int128 a, unsigned __int128 b) { return a + b; }
// ADC: record wide: {{.*}} unprotected=0 return=2
// ADC: addq
// ADC-NEXT: adcq
// ADC: addq
// ADC-NEXT: adcq
// ADC-NOT: adcq
// ADC-COUNT-2: jne <return>

int overflow(int a, int b, int *r) { return __builtin_mul_overflow(a, b, r); }
// OVER: record overflow: {{.*}} unprotected=0
// OVER-COUNT-2: seto
// OVER-NOT: seto
// OVER: jne <return>
