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
// RUN: %show %t.o high | FileCheck --check-prefix=HIGH %s
// RUN: %show %t.o quotient | FileCheck --check-prefix=DIV %s
// RUN: %show %t.o signedQuotient | FileCheck --check-prefix=IDIV %s
// RUN: %show %t.o wideSum | FileCheck --check-prefix=CARRY %s
// RUN: %show %t.o byte | FileCheck --check-prefix=BYTE %s
// RUN: %show %t.o load | FileCheck --check-prefix=LOAD %s
typedef unsigned long u64;

// Both arguments are encoded, the result is decoded for its check.
u64 add(u64 a, u64 b) { return a + b; }
// ADD: record add: delta twice=1 once=1 unprotected=0 return=1
// ADD-COUNT-2: notq
// ADD: leaq (%rdi,%rsi), %rax
// ADD-NEXT: {{addq|leaq}} {{.*}}, [[R:%r[a-z0-9]+]]
// ADD-NEXT: incq [[R]]
// ADD-NEXT: notq [[R]]
// ADD-NEXT: cmpq [[R]], %rax
// ADD-NEXT: jne <return>

u64 sub(u64 a, u64 b) { return a - b; }
// SUB: movq %rsi, [[B:%r[a-z0-9]+]]
// SUB-NEXT: notq [[B]]
// SUB: subq %rsi, %rax
// SUB-NEXT: subq [[B]], [[D:%r[a-z0-9]+]]
// SUB-NEXT: leaq -0x1([[D]]), [[R:%r[a-z0-9]+]]
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

// One operand is decoded, by the adder: the xor unit's second result is the
// complement.
unsigned exor(unsigned a, unsigned b) { return a ^ b; }
// XOR: xorl %esi, %eax
// XOR: subl %edi, [[R:%[a-z0-9]+]]
// XOR-NEXT: xorl %{{.*}}, [[R]]
// XOR-NEXT: notl [[R]]
// XOR-NEXT: cmpl [[R]], %eax

// The second product is that of a complement, operands swapped.
u64 mul(u64 a, u64 b) { return a * b; }
// MUL: imulq %rsi, %rax
// MUL: imulq %rdi, [[R:%r[a-z0-9]+]]
// MUL-NEXT: addq %rdi, [[R]]
// MUL-NEXT: {{addq \$-0x1,|decq}} [[R]]
// MUL-NEXT: notq [[R]]
// MUL-NEXT: cmpq [[R]], %rax

// No second shift: the multiplier, or an address.
unsigned shl(unsigned a) { return a << 9; }
// SHL: shll $0x9, %eax
// SHL-NOT: shll
// SHL: imull $0x200,
// SHL-NEXT: addl $0x1ff,
// SHL-NOT: shll
// SHL: jne <return>

// Through the double shifter, from which ones come in.
u64 shr(u64 a, unsigned k) { return a >> k; }
// SHR: shrq %cl, %rax
// SHR-NOT: shrq
// SHR: shrdq %cl,
// SHR-NOT: shrq
// SHR: jne <return>

long sar(long a) { return a >> 5; }
// SAR: notq [[A:%r[a-z0-9]+]]
// SAR: sarq $0x5, %rax
// SAR: sarq $0x4, [[A]]
// SAR-NEXT: sarq [[A]]
// SAR-NEXT: notq [[A]]

// The high half of another product, from which the right one follows.
u64 high(u64 a, u64 b) { return (unsigned __int128)a * b >> 64; }
// HIGH: mulq
// HIGH: notq
// HIGH: mulq [[Y:%r[a-z0-9]+]]
// HIGH: addq [[Y]], %rax
// HIGH: adcq {{.*}}, %rdx
// HIGH: addq $-0x1, %rax
// HIGH: adcq $0x0, %rdx
// HIGH: jne <return>

// Divided once; quotient and remainder are verified by a product.
unsigned quotient(unsigned a, unsigned b, unsigned *rest) {
  *rest = a % b;
  return a / b;
}
// DIV: divl
// DIV-NOT: divl
// DIV: mull
// DIV: subl
// DIV: sbbl
// DIV: cmpl
// DIV: sbbl [[E:%[a-z0-9]+]], [[E]]
// DIV: jne <operand>
// DIV-NOT: divl
// DIV: jne <{{return|store-value}}>

long signedQuotient(long a, long b) { return a / b; }
// IDIV: idivq
// IDIV-NOT: idivq
// IDIV: imulq %r{{[a-z0-9]+$}}
// IDIV: jne <operand>
// IDIV-NOT: idivq
// IDIV: jne <return>

// A carry chain of complements begins with a set carry and inverts every carry.
unsigned __int128 wideSum(unsigned __int128 a, unsigned __int128 b) {
  return a + b;
}
// CARRY: addq
// CARRY: adcq
// CARRY: stc
// CARRY-NEXT: adcq
// CARRY-NEXT: adcq
// CARRY: jne <return>

unsigned byte(unsigned char *p, unsigned char a) { return (unsigned char)(a + *p); }
// BYTE: record byte: delta
// BYTE: jne <return>

// The address is decoded; the value is encoded where something computes with it.
unsigned char load(unsigned char *p, long i) { return p[i + 3]; }
// LOAD-COUNT-2: notq
// LOAD: movzbl 0x3(%rdi,%rsi), %eax
// LOAD-COUNT-2: notq
// LOAD: {{movzbl|movb}} 0x3(
// LOAD: jne <return>
