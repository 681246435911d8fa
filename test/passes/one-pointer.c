// A loop whose index only steps through one array keeps one pointer instead of base
// and index (passes/OnePointer.cpp); not where the index is used otherwise.
//
// RUN: crit-clang -O2 -fcrit=haft -S %s -o - | FileCheck %s
// RUN: crit-clang -O2 -fcrit=haft -g -S %s -o - | FileCheck %s
// RUN: crit-clang -O2 -fcrit=haft %s -o %t && %t

struct Pair {
  unsigned char X, Y;
};
struct Sums {
  unsigned long X, Y, XX, YY, XY;
};

// CHECK-LABEL: sums:
// CHECK: movzbl 3(%r{{[a-z0-9]+}}), %
// CHECK: movzbl 3(%r{{[a-z0-9]+}}), %
// CHECK-LABEL: found:
// CHECK: movzbl 3(%r{{[a-z0-9]+}},%r{{[a-z0-9]+}},2)
// CHECK-LABEL: main:
__attribute__((noinline)) void sums(const struct Pair **P, struct Sums *Out,
                                    unsigned long B, unsigned long E) {
  struct Sums S = *Out;
  const struct Pair *Q = *P;
  for (unsigned long I = B; I < E; ++I) {
    unsigned X = Q[I].X, Y = Q[I].Y;
    S.X += X;
    S.Y += Y;
    S.XX += X * X;
    S.YY += Y * Y;
    S.XY += X * Y;
  }
  *Out = S;
}
__attribute__((noinline)) unsigned long found(const struct Pair *Q, unsigned long B,
                                              unsigned long E) {
  unsigned long Sum = 0;
  for (unsigned long I = B; I < E; I += 2)
    Sum += (Q[I].X * I) ^ (Q[I].Y * I) ^ (Q[I + 1].X + I) ^ (Q[I + 1].Y - I);
  return Sum;
}
int main(void) {
  struct Pair P[40];
  const struct Pair *Q = P;
  struct Sums S = {0};
  for (int I = 0; I < 40; ++I)
    P[I].X = I * 7, P[I].Y = I * 11;
  sums(&Q, &S, 1, 40);
  return ((S.X + S.XY + found(Q, 0, 40)) & 127) != 88;
}
