// Ten sums and two pointers, twice five and one, leave three registers for what a turn
// computes: enough if one copy is computed behind the other, too few if both are
// computed instruction by instruction. Sorted, the loop reads no pointer from the
// stack and keeps nearly all sums in registers. A loop that gains nothing (few) has the
// two copies of an instruction side by side.
// RUN: %crit_clang -fcrit=haft -O2 -c %s -o %t.o
// RUN: %show %t.o sums | FileCheck %s
// RUN: %show %t.o few | FileCheck --check-prefix=FEW %s
// RUN: %crit_clang -fcrit=haft -O2 -g -c %s -o %t.g.o
// RUN: %show %t.g.o sums | FileCheck %s
struct point { unsigned char x, y; };
void sums(const struct point *p, unsigned long n, unsigned long out[5]) {
  unsigned long a = 0, b = 0, c = 0, d = 0, e = 0;
  for (unsigned long i = 0; i < n; ++i) {
    unsigned x = p[i].x, y = p[i].y;
    a += x;
    b += y;
    c += x * x;
    d += y * y;
    e += x * y;
  }
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
  out[4] = e;
}
// CHECK: imull
// CHECK: movzbl {{(0x)?}}2([[P:%r[a-z0-9]+]],[[I:%r[a-z0-9]+]],2)
// CHECK-NEXT: movzbl {{(0x)?}}3([[P]],[[I]],2)
// CHECK-COUNT-3: imull
// CHECK: movzbl (
// CHECK-NEXT: movzbl {{(0x)?}}1(

long few(const long *p, long n) {
  long s = 0;
  for (long i = 0; i < n; ++i)
    s += p[i] ^ n;
  return s;
}
// FEW: xorq
// FEW-NEXT: movq
// FEW-NEXT: xorq
