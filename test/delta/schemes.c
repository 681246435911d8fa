// The other codes: A * ~x is made and compared with LEA, sums take one LEA, what
// has no row goes through the complement (times 1 / A), equality is asked of the
// codes themselves.
// RUN: %harden -O2 -fcrit-delta-scheme=affine -c %s -o %t.o
// RUN: %show %t.o add | FileCheck --check-prefix=ADD %s
// RUN: %show %t.o mul | FileCheck --check-prefix=MUL %s
// RUN: %show %t.o scaled | FileCheck --check-prefix=SCALED %s
// RUN: %show %t.o both | FileCheck --check-prefix=BOTH %s
// RUN: %show %t.o same | FileCheck --check-prefix=SAME %s
// RUN: %show %t.o less | FileCheck --check-prefix=LESS %s
// RUN: %show %t.o only | FileCheck --check-prefix=ONLY %s
// RUN: %harden -O2 -fcrit-delta-scheme=affine -fcrit-delta-a=11 -c %s -o %t.o
// RUN: %show %t.o add | FileCheck --check-prefix=ELEVEN %s
// RUN: %harden -O2 -fcrit-delta-scheme=mixed -c %s -o %t.o
// RUN: %show %t.o sums | FileCheck --check-prefix=SUMS %s
// RUN: %show %t.o less | FileCheck --check-prefix=MIXED %s
// RUN: %show %t.o only | FileCheck --check-prefix=ONLY %s
// RUN: %harden -O2 -fcrit-delta-scheme=affine -Rpass=crit -c %s -o %t.o 2>&1 | FileCheck --check-prefix=REMARK %s
// RUN: %harden -O2 -fcrit-delta-scheme=affine -fcrit-drop-check=return -c %s -o %t.o
// RUN: %show %t.o add | FileCheck --check-prefix=DROP %s
typedef unsigned long u64;

// NOT and LEA encode each argument, one LEA adds, and the native sum is encoded
// to be compared.
u64 add(u64 a, u64 b) { return a + b; }
// DROP-NOT: <return>
// DROP: end of add
// ADD: leaq 0x3({{.*}},{{.*}}), [[R:%r[a-z0-9]+]]
// ADD: notq [[N:%r[a-z0-9]+]]
// ADD-NEXT: leaq ([[N]],[[N]],2), [[N2:%r[a-z0-9]+]]
// ADD-NEXT: cmpq [[R]], [[N2]]
// ADD-NEXT: jne <return>
// ELEVEN-COUNT-2: imulq $0xb
// ELEVEN: {{leaq 0xb\(|addq \$0xb,}} {{.*}}[[R:%r[a-z0-9]+]]
// ELEVEN: imulq $0xb
// ELEVEN-NEXT: cmpq [[R]],
// REMARK: {{.*}} not protected in add, {{[1-9][0-9]*}} in the affine code

u64 mul(u64 a, u64 b) { return a * b; }
// MUL: imulq %rsi, %rax
// MUL: leaq ([[B:%r[a-z0-9]+]],[[B]],2), [[B]]
// MUL: imulq [[X:%r[a-z0-9]+]], [[B]]
// MUL-NEXT: leaq ([[X]],[[X]],2),
// MUL: jne <return>

u64 scaled(u64 a) { return a * 100; }
// SCALED: imulq $0x64,
// SCALED: imulq $0x64,
// SCALED-NEXT: {{addq \$0x129,|leaq 0x129}}
// SCALED: jne <return>

// x & y has no row: the sum's complement.
unsigned both(unsigned a, unsigned b) { return (a + b) & (a - b); }
// BOTH-COUNT-2: imull $0xaaaaaaab,
// BOTH: orl
// BOTH: jne <return>

int same(long a, long b, long c, int *p) {
  if (a + b == c + 7)
    *p = 1;
  return 3;
}
// SAME-NOT: imulq
// SAME: cmpq
// SAME-NEXT: j{{n?}}e L
// SAME-NOT: imulq
// SAME: j{{n?}}e <branch>

int less(long a, long b, int *p) {
  if (a + b < 10)
    *p = 1;
  return 3;
}
// LESS: imulq
// LESS: cmpq
// LESS: <branch>
// MIXED-NOT: imulq
// MIXED: <branch>

// Sums in a loop are cheaper affine.
u64 sums(u64 a, u64 b, u64 n) {
  for (u64 i = 0; i != n; ++i) {
    a += b;
    b += a ^ i;
  }
  return a;
}
// SUMS: leaq ([[N:%r[a-z0-9]+]],[[N]],2)
// SUMS: jne <return>

// Nothing is added or multiplied.
unsigned only(unsigned a, unsigned b) { return (a ^ b) | 12; }
// ONLY-NOT: lea
// ONLY: jne <return>
