// Bits of floating-point values kept: signalling NaN, payloads, -0.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

struct Holder {
  float F[3];
  double D;
};
union Word {
  double D;
  uint64_t U;
};

NOINLINE static void copyDouble(double *To, const double *From) { *To = *From; }
NOINLINE static void copyFloat(float *To, const float *From) { *To = *From; }
NOINLINE static struct Holder pass(struct Holder H, int Swap) {
  if (Swap) {
    float T = H.F[0];
    H.F[0] = H.F[2];
    H.F[2] = T;
  }
  return H;
}
NOINLINE static double choose(int C, const double *A, const double *B) {
  double R = C ? *A : *B; // moved, never computed with
  return R;
}
NOINLINE static double through(double X) { return X; }
NOINLINE static void shuffle(double *P, int N) {
  for (int I = 0; I < N / 2; ++I) {
    double T = P[I];
    P[I] = P[N - 1 - I];
    P[N - 1 - I] = T;
  }
}
NOINLINE static double negate(double X) { return -X; }
NOINLINE static double magnitude(double X) { return __builtin_fabs(X); }
NOINLINE static double kept(const double *P) {
  double A = P[0], B = P[1], C = P[2]; // alive over a call
  fold(1);
  return A != A ? B : C;
}

int main(void) {
  static const uint64_t Patterns[] = {
      0x7ff0000000000001, 0x7ff4000000000123, 0xfff00000deadbeef,
      0x7ff8000000000000, 0xffffffffffffffff, 0x8000000000000000,
      0x0000000000000001, 0x7ff0000000000000};
  enum { N = sizeof(Patterns) / sizeof(Patterns[0]) };
  double D[N], E[N];
  float F[N], G[N];
  for (int I = 0; I < N; ++I) {
    uint64_t P = hide(Patterns[I]);
    uint32_t Q = (uint32_t)(P >> 32 ^ P);
    memcpy(&D[I], &P, 8);
    memcpy(&F[I], &Q, 4);
  }
  for (int I = 0; I < N; ++I) {
    copyDouble(&E[I], &D[I]);
    copyFloat(&G[I], &F[I]);
    double C = choose(I & 1, &D[I], &D[(I + 1) % N]), T = through(D[I]);
    foldDouble(C);
    foldDouble(T);
    foldDouble(negate(D[I]));
    foldDouble(magnitude(D[I]));
    struct Holder H = {{F[I], F[(I + 1) % N], F[(I + 2) % N]}, D[I]};
    H = pass(H, I & 1);
    foldBytes(H.F, sizeof(H.F));
    foldDouble(H.D);
    double K = kept(&D[I % (N - 2)]);
    foldDouble(K);
  }
  shuffle(E, N);
  foldBytes(E, sizeof(E));
  foldBytes(G, sizeof(G));
  union Word W = {.U = 0x7ff0000000000042};
  union Word V = W;
  showValue("union", V.U);
  show("bits");
  return 0;
}
