// Structures and unions by value: every size and class.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

#define SIZED(N)                                                               \
  struct Bytes##N {                                                            \
    unsigned char B[N];                                                        \
  };                                                                           \
  NOINLINE static struct Bytes##N twist##N(struct Bytes##N A, int K,           \
                                           struct Bytes##N B) {                \
    for (int I = 0; I < N; ++I)                                                \
      A.B[I] = (unsigned char)(A.B[I] + B.B[N - 1 - I] * K);                   \
    return A;                                                                  \
  }                                                                            \
  static void run##N(void) {                                                   \
    struct Bytes##N A, B;                                                      \
    for (int I = 0; I < N; ++I)                                                \
      A.B[I] = (unsigned char)rnd(), B.B[I] = (unsigned char)rnd();            \
    A = twist##N(A, 3, B);                                                     \
    struct Bytes##N (*Fn)(struct Bytes##N, int, struct Bytes##N) = twist##N;   \
    B = Fn(B, 5, A);                                                           \
    foldBytes(&A, N);                                                          \
    foldBytes(&B, N);                                                          \
  }

SIZED(1) SIZED(2) SIZED(3) SIZED(4) SIZED(5) SIZED(7) SIZED(8) SIZED(9)
SIZED(12) SIZED(15) SIZED(16) SIZED(17) SIZED(24) SIZED(31) SIZED(33)
SIZED(64) SIZED(100) SIZED(257)

struct TwoFloats { float X, Y; };
struct FloatInt { float F; int I; double D; };
struct ThreeDoubles { double X, Y, Z; };
struct LongDouble { long double L; int Tag; };
struct Wide { __int128 W; char C; };
struct __attribute__((packed)) Packed { char C; int I; short S; double D; };
union Any { int I; double D; char C[12]; };
struct Nested { struct TwoFloats T[2]; union Any U; };

NOINLINE static struct TwoFloats f1(struct TwoFloats A, float K) {
  return (struct TwoFloats){A.Y * K, A.X + K};
}
NOINLINE static struct FloatInt f2(struct FloatInt A) {
  return (struct FloatInt){A.F + 1, A.I * 2, A.D / 3};
}
NOINLINE static struct ThreeDoubles f3(struct ThreeDoubles A,
                                       struct ThreeDoubles B) {
  return (struct ThreeDoubles){A.Y * B.Z - A.Z * B.Y, A.Z * B.X - A.X * B.Z,
                               A.X * B.Y - A.Y * B.X};
}
NOINLINE static struct LongDouble f4(struct LongDouble A) {
  return (struct LongDouble){A.L * 2 - A.Tag, A.Tag + 1};
}
NOINLINE static struct Wide f5(int A, struct Wide W, int B) {
  return (struct Wide){W.W * A + B, (char)(W.C ^ B)};
}
NOINLINE static struct Packed f6(struct Packed P) {
  return (struct Packed){(char)(P.C + 1), P.I ^ P.S, (short)P.I, -P.D};
}
NOINLINE static union Any f7(union Any A) { return (union Any){.D = A.D + 1}; }
NOINLINE static struct Nested f8(struct Nested N) {
  struct TwoFloats T = N.T[0];
  N.T[0] = N.T[1];
  N.T[1] = T;
  N.U.I += 5;
  return N;
}
NOINLINE static double many(int A, struct ThreeDoubles B, char C, double D,
                            struct Packed E, float F, struct TwoFloats G,
                            long H, struct FloatInt I, short J, long K) {
  return A + B.X + C + D + E.D + F + G.Y + (double)H + I.D + J + (double)K;
}

int main(void) {
  run1(), run2(), run3(), run4(), run5(), run7(), run8(), run9(), run12();
  run15(), run16(), run17(), run24(), run31(), run33(), run64(), run100();
  run257();
  show("bytes");
  struct TwoFloats T = f1((struct TwoFloats){1.5f, (float)(rnd() % 9)}, 4);
  struct FloatInt FI = f2((struct FloatInt){2.5f, (int)(rnd() % 99), 7});
  struct ThreeDoubles D = f3((struct ThreeDoubles){1, 2, (double)(rnd() % 5)},
                             (struct ThreeDoubles){4, (double)T.X, 6});
  struct LongDouble L = f4((struct LongDouble){(long double)FI.I / 7, 3});
  struct Wide W = f5(3, (struct Wide){(__int128)rnd() << 50, 'x'}, 77);
  struct Packed P = f6((struct Packed){'a', (int)(rnd() % 1000), 42, 2.5});
  union Any A = f7((union Any){.D = (double)(rnd() % 77)});
  struct Nested N = f8((struct Nested){{T, {8, 9}}, {.I = 3}});
  printf("%g %g %g %d %g\n", (double)T.X, (double)T.Y, (double)FI.F, FI.I, FI.D);
  printf("%g %g %g %.15Lg %d\n", D.X, D.Y, D.Z, L.L, L.Tag);
  printf("%" PRIx64 " %" PRIx64 " %d\n", (uint64_t)(W.W >> 64), (uint64_t)W.W, W.C);
  printf("%d %d %d %g %g\n", P.C, P.I, P.S, P.D, A.D);
  printf("%g %g %g %d\n", (double)N.T[0].X, (double)N.T[1].X, (double)N.T[1].Y, N.U.I);
  printf("%.17g\n", many(1, D, 'b', 2.5, P, 3.25f, T, 1l << 40, FI, -9, 1000));
  return 0;
}
