// The machine code of the second copy: on complements, by another operation than
// the native copy's. Nothing folds an encoding against a decoding.
// RUN: %harden -O2 -c %s -o %t.o
// RUN: %show %t.o add | FileCheck --check-prefix=ADD %s
// RUN: %show %t.o sub | FileCheck --check-prefix=SUB %s
// RUN: %show %t.o both | FileCheck --check-prefix=AND %s
// RUN: %show %t.o either | FileCheck --check-prefix=OR %s
// RUN: %show %t.o exor | FileCheck --check-prefix=XOR %s
// RUN: %show %t.o mul | FileCheck --check-prefix=MUL %s
// RUN: %show %t.o shl | FileCheck --check-prefix=SHL %s
// RUN: %show %t.o shr | FileCheck --check-prefix=SHR %s
// RUN: %show %t.o sar | FileCheck --check-prefix=SAR %s
// RUN: %show %t.o byte | FileCheck --check-prefix=BYTE %s
// RUN: %show %t.o load | FileCheck --check-prefix=LOAD %s
typedef unsigned long u64;

// Both arguments are encoded, the result is decoded for its check.
u64 add(u64 a, u64 b) { return a + b; }
// ADD: record add: delta twice=1 once=1 unprotected=0 return=1
// ADD-COUNT-2: notq
// ADD: leaq
// ADD: notq [[R:%r[a-z0-9]+]]
// ADD-NEXT: cmpq [[R]], %rax
// ADD-NEXT: jne <return>

u64 sub(u64 a, u64 b) { return a - b; }
// SUB: subq %rsi, %rax
// SUB: notq %rsi
// SUB: subq %rsi, [[R:%r[a-z0-9]+]]
// SUB-NEXT: {{addq \$-0x1,|decq}} [[R]]
// SUB-NEXT: notq [[R]]
// SUB-NEXT: cmpq [[R]], %rax

unsigned both(unsigned a, unsigned b) { return a & b; }
// AND-NOT: orl
// AND: andl
// AND-NOT: andl
// AND: orl
// AND-NOT: andl
// AND: jne <return>

unsigned either(unsigned a, unsigned b) { return a | b; }
// OR-NOT: andl
// OR: orl
// OR-NOT: orl
// OR: andl
// OR-NOT: orl
// OR: jne <return>

// One operand is decoded: the xor unit's second result is the complement.
unsigned exor(unsigned a, unsigned b) { return a ^ b; }
// XOR: xorl %edi, %eax
// XOR: xorl
// XOR-NEXT: notl [[R:%[a-z0-9]+]]
// XOR-NEXT: cmpl [[R]], %eax

// The second product is the negative one.
u64 mul(u64 a, u64 b) { return a * b; }
// MUL: imulq %rdi, %rax
// MUL: {{addq \$0x1,|incq}}
// MUL: imulq %r{{.*}}, [[R:%r[a-z0-9]+]]
// MUL-NEXT: {{addq \$-0x1,|decq}} [[R]]
// MUL-NEXT: notq [[R]]
// MUL-NEXT: cmpq [[R]], %rax

unsigned shl(unsigned a) { return a << 9; }
// SHL: shll $0x9, %eax
// SHL: shll $0x9, [[R:%[a-z0-9]+]]
// SHL-NEXT: orl $0x1ff, [[R]]

// Through the double shifter, from which ones come in.
u64 shr(u64 a, unsigned k) { return a >> k; }
// SHR: shrq %cl, %rax
// SHR-NOT: shrq
// SHR: shrdq %cl,
// SHR-NOT: shrq
// SHR: jne <return>

long sar(long a) { return a >> 5; }
// SAR: notq [[A:%r[a-z0-9]+]]
// SAR: sarq $0x5, [[A]]
// SAR: notq [[A]]

unsigned byte(unsigned char *p, unsigned char a) { return (unsigned char)(a + *p); }
// BYTE: record byte: delta
// BYTE: jne <return>

// Address and value are decoded and encoded on the way.
unsigned char load(unsigned char *p, long i) { return p[i + 3]; }
// LOAD-COUNT-2: notq
// LOAD: movzbl 0x3(%rdi,%rsi), %eax
// LOAD-COUNT-2: notq
// LOAD: {{movzbl|movb}} 0x3(
// LOAD: notb
