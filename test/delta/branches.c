// Compares of complements are asked the mirrored condition, and an order by other
// flags than the native compare's: both operands plus the highest bit, and an order
// without sign for one with, and the other way round. A test of bits is an OR compared
// with -1; overflow has no mirror and takes swapped operands.
// RUN: %harden -O2 -c %s -o %t.o
// RUN: %show %t.o less | FileCheck --check-prefix=LESS %s
// RUN: %show %t.o below | FileCheck --check-prefix=BELOW %s
// RUN: %show %t.o bits | FileCheck --check-prefix=BITS %s
// RUN: %show %t.o zero | FileCheck --check-prefix=ZERO %s
// RUN: %show %t.o overflows | FileCheck --check-prefix=OVER %s
// RUN: %show %t.o choose | FileCheck --check-prefix=CMOV %s
// RUN: %show %t.o negative | FileCheck --check-prefix=SIGN %s
// RUN: %harden -O2 -fcrit-drop-check=branch -c %s -o %t.o
// RUN: %show %t.o less | FileCheck --check-prefix=DROP %s

int less(long a, long b, int *p) {
  if (a < b)
    *p = 1;
  return 3;
}
// LESS: branch=1
// LESS-DAG: movq %rsi, [[B:%r[a-z0-9]+]]
// LESS-DAG: notq [[B]]
// LESS-DAG: movq %rdi, [[A:%r[a-z0-9]+]]
// LESS-DAG: notq [[A]]
// LESS: movabsq $-0x8000000000000000,
// LESS: cmpq
// LESS-NEXT: jbe L{{.*}}
// LESS-NEXT: cmpq %rsi, %rdi
// LESS-NEXT: jge <branch>
// DROP-NOT: <branch>

int below(unsigned a, int *p) {
  if (a < 10)
    *p = 1;
  return 3;
}
// BELOW: notl [[A:%[a-z0-9]+]]
// BELOW-NEXT: {{leal -0x80000000\(|addl \$0x80000000,}}
// BELOW-NEXT: cmpl $0x7ffffff6,
// BELOW-NEXT: jl L
// BELOW-NEXT: cmpl $0x9, %edi
// BELOW-NEXT: ja <branch>

int bits(long a, long b, int *p) {
  if (a & b)
    *p = 1;
  return 3;
}
// BITS: orq
// BITS-NEXT: cmpq $-0x1,
// BITS: testq

int zero(long a, int *p) {
  if (a == 0)
    *p = 1;
  return 3;
}
// ZERO: movq %rdi, [[A:%r[a-z0-9]+]]
// ZERO: notq [[A]]
// ZERO-NEXT: cmpq $-0x1, [[A]]
// ZERO: testq %rdi, %rdi

int overflows(int a, int b, int *p) {
  int r;
  if (__builtin_sub_overflow(a, b, &r))
    *p = 1;
  return 3;
}
// OVER-DAG: movl %esi, [[B:%[a-z0-9]+]]
// OVER-DAG: movl %edi, [[A:%[a-z0-9]+]]
// OVER: cmpl [[A]], [[B]]
// OVER-NEXT: jno L
// OVER-NEXT: cmpl %esi, %edi
// OVER-NEXT: jno <branch>

long choose(long a, long b, long c, long d) { return a < b ? c : d; }
// CMOV: {{cmovlq|cmovgeq}}
// CMOV: {{cmovaq|cmovbeq}}

int negative(long a, int *p) {
  if (a < 0)
    *p = 1;
  return 3;
}
// SIGN: movabsq $0x7fffffffffffffff,
// SIGN: cmpq
// SIGN-NEXT: j{{a|be}} L
