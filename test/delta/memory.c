// Variables whose address is not taken are in memory twice with -fcrit-delta-memory=shadow:
// the second copy stores what it has, signed with the address, and loads from
// there; without the option it encodes a second load of the first copy's.
// RUN: %harden -O1 -fno-unroll-loops -fcrit-delta-memory=shadow -w -c %s -o %t.o
// RUN: %show %t.o element | FileCheck %s
// RUN: %harden -O1 -fno-unroll-loops -c %s -o %t.plain.o
// RUN: %show %t.plain.o element | FileCheck --check-prefix=PLAIN %s
// RUN: %harden -O1 -fno-unroll-loops -fcrit-delta-memory=plain -c %s -o %t.same.o && cmp %t.plain.o %t.same.o
// RUN: %harden -w -O0 -fcrit-delta-memory=shadow -Rpass=crit -c %s -o %t.o 2>&1 | FileCheck --check-prefix=REMARK %s
// RUN: %show %t.o scalar | FileCheck --check-prefix=SCALAR %s
// RUN: %show %t.o early | FileCheck --check-prefix=EARLY %s
// RUN: %harden -w -O2 -fcrit-delta-memory=shadow -Rpass=crit -c %s -o %t.o 2>&1 | FileCheck --check-prefix=VECTOR %s
// RUN: %show %t.o vector | FileCheck --check-prefix=ANEW %s
#include <setjmp.h>
typedef unsigned long u64;

// Each element is read in two places; of stores only the address is compared.
u64 element(const u64 *d, unsigned n) {
  u64 a[64];
  for (unsigned i = 0; i != 64; ++i)
    a[(i * 5) & 63] = n;
  for (unsigned i = 0; i != n; ++i)
    a[d[i] & 63] += d[i + 1];
  return a[d[n] & 63];
}
// CHECK: movq [[A:-?0x[0-9a-f]+]](%rsp,[[I:%r[a-z0-9]+]],8), %r
// CHECK-NEXT: notq
// CHECK: movq %{{r[a-z0-9]+}}, [[B:-?0x[0-9a-f]+]](%rsp,[[I]],8)
// CHECK: movq [[B]](%rsp,[[J:%r[a-z0-9]+]],8), [[Y:%r[a-z0-9]+]]
// CHECK: bswapq [[Y]]
// CHECK-DAG: movq [[A]](%rsp,[[I2:%r[a-z0-9]+]],8), %r
// CHECK-DAG: leaq {{.*}}([[Y]],[[J]],8)
// CHECK-NOT: <store-value>
// CHECK: movq {{%r[a-z0-9]+}}, [[A]](%rsp,[[I2]],8)
// CHECK: jne <store-address>
// CHECK: bswapq [[V:%r[a-z0-9]+]]
// CHECK-NEXT: movq [[V]], [[B]](%rsp,[[J]],8)
// CHECK-NOT: <store-value>
// CHECK: end of element
// PLAIN: movq [[A:-?0x[0-9a-f]+]](%rsp,[[I:%r[a-z0-9]+]],8), [[X:%r[a-z0-9]+]]
// PLAIN-NEXT: movq [[A]](%rsp,[[J:%r[a-z0-9]+]],8),
// PLAIN: <store-value>
// REMARK-DAG: delta: 5 variables in memory twice, 1 of them maybe not written first, 0 once (in element)

int scalar(int x) {
  int y = x;
  return y + 1;
}
// SCALAR: movl %[[R:[a-z0-9]+]], -0x4(%rbp)
// SCALAR: leal {{-?0x[0-9a-f]+}}(%{{[a-z0-9]+}}), %[[R:[a-z0-9]+]]
// SCALAR-NEXT: movl %[[R]], -0xc(%rbp)
// SCALAR: movl -0x4(%rbp),
// SCALAR-NEXT: movl -0xc(%rbp), %
// SCALAR: leal {{-?0x[0-9a-f]+}}(
// REMARK-DAG: delta: 2 variables in memory twice, 0 of them maybe not written first, 0 once (in scalar)

// What is on the stack is encoded at the beginning: the second copy must find the
// same in what nobody has written.
int early(int n) {
  int v;
  if (n)
    v = n;
  return v;
}
// EARLY: movl [[V:-0x[0-9a-f]+]](%rbp), [[R:%[a-z0-9]+]]
// EARLY-NEXT: notl [[R]]
// EARLY: leal {{-?0x[0-9a-f]+}}(%{{[a-z0-9]+}}), %[[R:[a-z0-9]+]]
// EARLY-NEXT: movl %[[R]], [[V2:-0x[0-9a-f]+]](%rbp)
// EARLY: movl [[V]](%rbp),
// EARLY: movl [[V2]](%rbp),
// EARLY: leal {{-?0x[0-9a-f]+}}(
// REMARK-DAG: delta: 2 variables in memory twice, 1 of them maybe not written first, 0 once (in early)

// Behind a store of another kind the elements are encoded anew.
int vector(const int *d, int n) {
  int a[16] = {0};
  for (int i = 0; i < n; ++i)
    a[d[i] & 15] += i;
  return a[n & 15];
}
// VECTOR: delta: 1 variables in memory twice, 0 of them maybe not written first, 0 once (in vector)
// ANEW: {{movaps|movdqa}} %xmm{{[0-9]+}}, [[V:-?0x[0-9a-f]+]](%rsp)
// ANEW-NEXT: movl [[V]](%rsp), %[[R:[a-z0-9]+]]
// ANEW-NEXT: notl %[[R]]
// ANEW-NEXT: leal
// ANEW-NEXT: movl %{{[a-z0-9]+}}, {{-?0x[0-9a-f]+}}(%rsp)

// What stays in memory once, and why.
void other(int *);
int taken(int n) {
  int v = n;
  other(&v);
  return v;
}
// REMARK-DAG: delta: 1 variables in memory twice, 0 of them maybe not written first, 1 once; address taken 1 (in taken)
int volatiles(int n) {
  volatile int v = n;
  return v;
}
// REMARK-DAG: delta: 1 variables in memory twice, 0 of them maybe not written first, 1 once; volatile, atomic or unknown 1 (in volatiles)
double floats(double x) {
  double y = x;
  return y;
}
// REMARK-DAG: delta: 0 variables in memory twice, 0 of them maybe not written first, 2 once; no integers or pointers 2 (in floats)
int large(int n) {
  int a[1000];
  a[n] = n;
  return a[n];
}
// REMARK-DAG: delta: 1 variables in memory twice, 0 of them maybe not written first, 1 once; maybe not written first 1 (in large)
union mixed {
  short s[4];
  struct {
    char c;
    short t[3];
  } __attribute__((packed)) p;
};
int overlap(int n) {
  union mixed m;
  m.s[n] = 1;
  m.p.t[n] = 2;
  return m.s[1];
}
// REMARK-DAG: delta: 1 variables in memory twice, 0 of them maybe not written first, 1 once; writes overlap 1 (in overlap)
int outside(void) {
  int a[2];
  a[0] = 1;
  a[2] = 5;
  return a[0];
}
// REMARK-DAG: 1 once; access outside 1 (in outside)
jmp_buf b;
int again(int n) {
  int v = n;
  return setjmp(b) + v;
}
// REMARK-DAG: delta: 0 variables in memory twice, 0 of them maybe not written first, 2 once; setjmp 2 (in again)
