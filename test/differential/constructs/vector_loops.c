// Loops the optimiser turns into vectors, over all types.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

enum { N = 203 };

#define LOOPS(Type)                                                            \
  NOINLINE static void map_##Type(Type *A, const Type *B, Type K) {            \
    for (int I = 0; I < N; ++I)                                                \
      A[I] = (Type)(A[I] + B[I] * K);                                          \
  }                                                                            \
  NOINLINE static Type sum_##Type(const Type *A) {                             \
    Type S = 0;                                                                \
    for (int I = 0; I < N; ++I)                                                \
      S = (Type)(S + A[I]);                                                    \
    return S;                                                                  \
  }                                                                            \
  NOINLINE static Type max_##Type(const Type *A) {                             \
    Type M = A[0];                                                             \
    for (int I = 1; I < N; ++I)                                                \
      M = A[I] > M ? A[I] : M;                                                 \
    return M;                                                                  \
  }                                                                            \
  NOINLINE static void guard_##Type(Type *A, const Type *B) {                  \
    for (int I = 0; I < N; ++I)                                                \
      if (B[I] > A[I])                                                         \
        A[I] = B[I];                                                           \
  }                                                                            \
  NOINLINE static int count_##Type(const Type *A, Type X) {                    \
    int C = 0;                                                                 \
    for (int I = 0; I < N; ++I)                                                \
      C += A[I] < X;                                                           \
    return C;                                                                  \
  }                                                                            \
  NOINLINE static void strided_##Type(Type *A, const Type *B) {                \
    for (int I = 0; I < N / 2; ++I)                                            \
      A[I] = (Type)(B[2 * I] - B[2 * I + 1]);                                  \
  }                                                                            \
  NOINLINE static int find_##Type(const Type *A, Type X) {                     \
    for (int I = 0; I < N; ++I)                                                \
      if (A[I] == X)                                                           \
        return I;                                                              \
    return -1;                                                                 \
  }                                                                            \
  static void run_##Type(void) {                                               \
    static Type A[N], B[N];                                                    \
    for (int I = 0; I < N; ++I) {                                              \
      A[I] = (Type)(rnd() >> 57);                                              \
      B[I] = (Type)(rnd() >> 57);                                              \
    }                                                                          \
    map_##Type(A, B, (Type)3);                                                 \
    foldBytes(A, sizeof(A));                                                   \
    fold((uint64_t)sum_##Type(A));                                             \
    fold((uint64_t)max_##Type(A));                                             \
    guard_##Type(B, A);                                                        \
    fold((uint64_t)count_##Type(B, (Type)60));                                 \
    strided_##Type(A, B);                                                      \
    foldBytes(A, sizeof(A));                                                   \
    fold((uint64_t)find_##Type(B, B[150]));                                    \
    show(#Type);                                                               \
  }

LOOPS(uint8_t)
LOOPS(int16_t)
LOOPS(int32_t)
LOOPS(uint32_t)
LOOPS(int64_t)
LOOPS(uint64_t)
LOOPS(float)
LOOPS(double)

NOINLINE static void convert(float *F, const int32_t *A, const uint8_t *B) {
  for (int I = 0; I < N; ++I)
    F[I] = (float)A[I] * 0.5f + B[I];
}
NOINLINE static void gather(uint32_t *Out, const uint32_t *Table,
                            const uint8_t *Index) {
  for (int I = 0; I < N; ++I)
    Out[I] = Table[Index[I]] ^ (uint32_t)I;
}
NOINLINE static uint64_t dot(const int16_t *A, const int16_t *B) {
  int64_t S = 0;
  for (int I = 0; I < N; ++I)
    S += A[I] * B[I];
  return (uint64_t)S;
}
NOINLINE static void swapHalves(uint32_t *A) {
  for (int I = 0; I < N / 2; ++I) {
    uint32_t T = A[I];
    A[I] = A[N - 1 - I];
    A[N - 1 - I] = T;
  }
}

int main(void) {
  run_uint8_t();
  run_int16_t();
  run_int32_t();
  run_uint32_t();
  run_int64_t();
  run_uint64_t();
  run_float();
  run_double();
  static float F[N];
  static int32_t A[N];
  static uint8_t B[N];
  static uint32_t Table[256], Out[N];
  static int16_t S[N], T[N];
  for (int I = 0; I < 256; ++I)
    Table[I] = (uint32_t)rnd();
  for (int I = 0; I < N; ++I) {
    A[I] = (int32_t)rnd();
    B[I] = (uint8_t)rnd();
    S[I] = (int16_t)rnd();
    T[I] = (int16_t)rnd();
  }
  convert(F, A, B);
  foldBytes(F, sizeof(F));
  gather(Out, Table, B);
  swapHalves(Out);
  foldBytes(Out, sizeof(Out));
  fold(dot(S, T));
  show("loops");
  return 0;
}
