// Loops: nested, many live values, several exits, back edges.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

NOINLINE static uint64_t nest(int A, int B, int C, int D) {
  uint64_t S0 = 1, S1 = 2, S2 = 3, S3 = 4;
  for (int I = 0; I < A; ++I) {
    S0 += (uint64_t)I;
    for (int J = I; J < B; ++J) {
      S1 = S1 * 3 + S0;
      for (int K = J; K > 0; --K) {
        S2 ^= S1 + (uint64_t)K;
        for (int L = 0; L < D && L < K; ++L)
          S3 = S3 * 5 + (S2 ^ (uint64_t)L);
        if (S3 % 11 == 0)
          break;
      }
      if (S2 % 7 == (uint64_t)C)
        continue;
      S1 ^= S3;
    }
    if (S1 % 1009 == 5)
      goto Out;
  }
Out:
  return S0 ^ S1 ^ S2 ^ S3;
}
NOINLINE static int findPair(const int *P, int N, int Sum, int *At) {
  for (int I = 0; I < N; ++I)
    for (int J = I + 1; J < N; ++J)
      if (P[I] + P[J] == Sum) {
        *At = I * 100 + J;
        return 1;
      }
  return 0;
}
NOINLINE static unsigned collatz(uint64_t X) {
  unsigned N = 0;
  while (X != 1) {
    X = X & 1 ? 3 * X + 1 : X / 2;
    if (++N > 500)
      return 0;
  }
  return N;
}
NOINLINE static uint64_t duff(const uint8_t *P, unsigned N) {
  uint64_t R = 0;
  unsigned Rounds = (N + 7) / 8;
  switch (N % 8) {
  case 0: do { R = R * 3 + *P++; /* fall through */
  case 7: R = R * 3 + *P++; /* fall through */
  case 6: R = R * 3 + *P++; /* fall through */
  case 5: R = R * 3 + *P++; /* fall through */
  case 4: R = R * 3 + *P++; /* fall through */
  case 3: R = R * 3 + *P++; /* fall through */
  case 2: R = R * 3 + *P++; /* fall through */
  case 1: R = R * 3 + *P++;
  } while (--Rounds);
  }
  return R;
}
NOINLINE static void sieve(uint8_t *Flags, unsigned N) {
  for (unsigned I = 0; I < N; ++I)
    Flags[I] = I >= 2;
  for (unsigned I = 2; I * I < N; ++I)
    if (Flags[I])
      for (unsigned J = I * I; J < N; J += I)
        Flags[J] = 0;
}
NOINLINE static int64_t swapPhis(int64_t A, int64_t B, unsigned N) {
  while (N--) { // the values trade places every turn
    int64_t T = A;
    A = B;
    B = (T + B) % 1000003;
  }
  return A * 3 + B;
}
NOINLINE static void matrix(int *C, const int *A, const int *B, int N) {
  for (int I = 0; I < N; ++I)
    for (int J = 0; J < N; ++J) {
      int S = 0;
      for (int K = 0; K < N; ++K)
        S += A[I * N + K] * B[K * N + J];
      C[I * N + J] = S;
    }
}

int main(void) {
  int P[64], Q[64], R[64], At = 0;
  uint8_t Flags[1000];
  for (int I = 0; I < 64; ++I) {
    P[I] = (int)(rnd() % 300);
    Q[I] = (int)(rnd() % 300);
  }
  for (int I = 0; I < 12; ++I)
    fold(nest(I, 12, I % 7, 6));
  for (int I = 0; I < 40; ++I) {
    fold((uint64_t)findPair(P, 64, I * 20, &At));
    fold((uint64_t)At);
    fold(collatz((uint64_t)I * 7 + 1));
    fold(duff((const uint8_t *)P, (unsigned)I + 1));
    fold((uint64_t)swapPhis(I, P[I], (unsigned)I * 5));
  }
  sieve(Flags, 1000);
  foldBytes(Flags, 1000);
  matrix(R, P, Q, 8);
  foldBytes(R, sizeof(R));
  show("loops");
  return 0;
}
