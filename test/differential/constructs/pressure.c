// More values alive than registers: integers, floats, vectors, mixed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

typedef unsigned V4 __attribute__((vector_size(16)));

#define EACH(X)                                                                \
  X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13)    \
  X(14) X(15) X(16) X(17) X(18) X(19) X(20) X(21) X(22) X(23)

NOINLINE static uint64_t integers(const uint64_t *P, int N) {
#define LOAD(I) uint64_t V##I = P[I];
  EACH(LOAD)
  for (int K = 0; K < N; ++K) {
#define MIX(I) V##I = (V##I << 7 | V##I >> 57) + P[(I + K) % 24];
    EACH(MIX)
    V0 ^= V23, V5 += V17, V9 *= V2 | 1, V14 -= V21, V3 ^= V12 >> 4;
    if (V7 & 1)
      V11 += V19;
  }
  uint64_t R = 0;
#define SUM(I) R = R * 31 + V##I;
  EACH(SUM)
  return R;
}
NOINLINE static double doubles(const double *P, int N) {
#define LOADD(I) double D##I = P[I];
  EACH(LOADD)
  for (int K = 0; K < N; ++K) {
#define MIXD(I) D##I = D##I * 0.5 + P[(I + K) % 24];
    EACH(MIXD)
    D0 -= D23 * 0.25, D5 += D17 / 3, D9 = D2 > D9 ? D2 : D9;
  }
  double R = 0;
#define SUMD(I) R = R * 0.75 + D##I;
  EACH(SUMD)
  return R;
}
NOINLINE static uint64_t vectors(const V4 *P, int N) {
#define LOADV(I) V4 W##I = P[I];
  EACH(LOADV)
  for (int K = 0; K < N; ++K) {
#define MIXV(I) W##I = (W##I ^ P[(I + K) % 24]) + (W##I >> 3);
    EACH(MIXV)
  }
  V4 R = {0};
#define SUMV(I) R = R * 5 + W##I;
  EACH(SUMV)
  return (uint64_t)R[0] ^ (uint64_t)R[1] << 9 ^ (uint64_t)R[2] << 18 ^ (uint64_t)R[3];
}
NOINLINE static uint64_t overCalls(const uint64_t *P, const double *Q) {
  EACH(LOAD)
#define LOADQ(I) double D##I = Q[I];
  EACH(LOADQ)
  fold(V0);
  foldDouble(D0);
  uint64_t R = 0;
  EACH(SUM)
  double S = 0;
#define SUMQ(I) S = S * 0.75 + D##I;
  EACH(SUMQ)
  foldDouble(S);
  return R;
}

int main(void) {
  uint64_t P[24];
  double Q[24];
  V4 W[24];
  for (int K = 0; K < 20; ++K) {
    for (int I = 0; I < 24; ++I) {
      P[I] = rnd();
      Q[I] = (double)(P[I] >> 44) / 16;
      W[I] = (V4){(unsigned)(P[I] >> 40), (unsigned)(P[I] >> 20), (unsigned)I,
                  (unsigned)K};
    }
    fold(integers(P, K));
    foldDouble(doubles(Q, K));
    fold(vectors(W, K % 3) & 0xffff);
    fold(overCalls(P, Q));
  }
  show("pressure");
  return 0;
}
