// Statement expressions, cleanup attribute, nested scopes, commas.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

#define MAX(A, B)                                                              \
  ({                                                                           \
    __typeof__(A) X_ = (A);                                                    \
    __typeof__(B) Y_ = (B);                                                    \
    X_ > Y_ ? X_ : Y_;                                                         \
  })
#define CLAMP(X, Low, High) MAX(Low, ({ int T_ = (X); T_ > (High) ? (High) : T_; }))

static void release(int *P) { fold((uint64_t)*P * 31); }
static void releasePointer(char **P) {
  fold((uint64_t)**P);
  free(*P);
}

NOINLINE static int expressions(int A, int B) {
  int R = MAX(A * 2, ({
                int S = 0;
                for (int I = 0; I < 5; ++I)
                  S += ({ int Q = I * B; Q & 1 ? Q : -Q; });
                S;
              }));
  return R + CLAMP(A, -10, 30) + (A++, B += A, A * B);
}
NOINLINE static int cleanups(int X) {
  __attribute__((cleanup(release))) int A = X;
  for (int I = 0; I < 4; ++I) {
    __attribute__((cleanup(release))) int B = X + I;
    if (B % 7 == 3)
      return B;
    if (B % 5 == 1)
      continue;
    __attribute__((cleanup(releasePointer))) char *P = malloc(4);
    if (!P)
      exit(1);
    P[0] = (char)(X & 63);
    if (B % 11 == 2)
      break;
    A += P[0];
  }
  return A;
}
NOINLINE static uint64_t designated(int X) {
  struct { int A, B[6], C; } S = {.C = X, .B = {[2] = 5, [4 ... 5] = X * 2}, .A = 1};
  int *P = (int[]){S.A, S.B[2], S.B[5], S.C};
  return (uint64_t)(P[0] + P[1] * 3 + P[2] * 5 + P[3] * 7 + S.B[0]);
}
NOINLINE static int elvis(int A, int B) { return A ?: B ?: 77; }

int main(void) {
  for (int I = 0; I < 80; ++I) {
    fold((uint64_t)expressions(I - 40, (int)(rnd() % 50)));
    fold((uint64_t)cleanups(I));
    fold(designated(I));
    fold((uint64_t)elvis(I & 1, I & 6));
  }
  show("statements");
  return 0;
}
