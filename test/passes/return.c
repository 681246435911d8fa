// The value is compared in the register it is returned in, each part of it, as
// wide as its type.
// RUN: %harden -O2 -c %s -o %t.o
// RUN: %show %t.o wide | FileCheck --check-prefix=WIDE %s
// RUN: %show %t.o byte | FileCheck --check-prefix=BYTE %s
// RUN: %show %t.o real | FileCheck --check-prefix=REAL %s

unsigned __int128 wide(unsigned __int128 a, unsigned __int128 b) { return a ^ b; }
// WIDE: record wide: {{.*}} unprotected=0 return=2{{$}}
// WIDE: cmpq {{%[a-z0-9]+}}, %rax
// WIDE-NEXT: jne <return>
// WIDE: cmpq {{%[a-z0-9]+}}, %rdx
// WIDE-NEXT: jne <return>
// WIDE-NEXT: retq

unsigned char byte(unsigned char a, unsigned char b) { return a * b; }
// BYTE: cmpb {{%[a-z0-9]+}}, %al
// BYTE-NEXT: jne <return>

float real(float a, float b) { return a * b; }
// Floating point is compared by bits: a NaN equals itself, -0 differs from 0.
// REAL-COUNT-2: mulss
// REAL-NOT: mulss
// REAL: xorps
// REAL-NEXT: movd {{%[a-z0-9]+}}, [[X:%[a-z]+]]
// REAL-NEXT: testl [[X]], [[X]]
// REAL-NEXT: jne <return>
