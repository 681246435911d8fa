// The published scheme, two encoded copies: A1 = 65483 (0xffcb) and A2 = 65227
// (0xfecb) times x. Sums and products are computed in both codes, and the native
// value is what the first one decodes to; all else is decoded, done again and encoded.
// RUN: %harden -O2 -fcrit-delta-scheme=paper -c %s -o %t.o
// RUN: %show %t.o add | FileCheck --check-prefix=ADD %s
// RUN: %show %t.o mul | FileCheck --check-prefix=MUL %s
// RUN: %show %t.o both | FileCheck --check-prefix=BOTH %s
// RUN: %show %t.o same | FileCheck --check-prefix=SAME %s
// RUN: %show %t.o less | FileCheck --check-prefix=LESS %s
// RUN: %harden -O2 -fcrit-delta-scheme=paper -fcrit-drop-check=return -c %s -o %t.o
// RUN: %show %t.o add | FileCheck --check-prefix=DROP %s
// RUN: not crit-clang -fcrit=delta -fcrit-delta-scheme=paper -fcrit-delta-a=5 -c %s -o %t.o 2>&1 | FileCheck --check-prefix=OPTION %s
typedef unsigned long u64;

// No native sum: what is returned is decoded (times 1 / 65483), and encoded for
// the comparison with the second copy.
u64 add(u64 a, u64 b) { return a + b; }
// ADD-COUNT-2: imulq $0xffcb, %r
// ADD-NOT: leaq (%rdi,%rsi)
// ADD: movabsq $-0x5ce13aa1235c521d, [[D:%r[a-z0-9]+]]
// ADD: imulq {{%r[a-z0-9]+}}, %rax
// ADD: imulq $0xfecb, %rax, [[C:%r[a-z0-9]+]]
// ADD-NEXT: cmpq {{%r[a-z0-9]+}}, [[C]]
// ADD-NEXT: jne <return>
// DROP-NOT: <return>
// DROP: end of add

// One operand is decoded.
u64 mul(u64 a, u64 b) { return a * b; }
// MUL: movabsq $0x7996c2f956f5f6e3,
// MUL: jne <return>

// The very same operation again: replicated.
unsigned both(unsigned a, unsigned b) { return a & b; }
// BOTH-DAG: andl %esi, %eax
// BOTH-DAG: imull $0x56f5f6e3, [[A:%e[a-z0-9]+]], [[A]]
// BOTH-DAG: imull $0x56f5f6e3, [[B:%e[a-z0-9]+]], [[B]]
// BOTH: andl [[A]], [[B]]
// BOTH-NEXT: imull $0xfecb, [[B]],
// BOTH: jne <return>

// Equality is asked of the codes,
int same(long a, long b, int *p) {
  if (a == b)
    *p = 1;
  return 3;
}
// SAME-NOT: movabsq
// SAME: j{{n?}}e <branch>

// an order is not.
int less(long a, long b, int *p) {
  if (a < b)
    *p = 1;
  return 3;
}
// LESS-COUNT-2: movabsq
// LESS: <branch>

// OPTION: '-fcrit-delta-a=5' is for -fcrit-delta-scheme=affine or mixed
