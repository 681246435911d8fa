//===- int_matrix.c - product of two square matrices of 64-bit numbers ----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rows times columns, so that no vector unit takes part. Size: rows.
//===----------------------------------------------------------------------===//
#include "../kernels/kernel.h"

static void multiply(const int64_t *A, const int64_t *B, int64_t *C, size_t N) {
  for (size_t I = 0; I < N; ++I)
    for (size_t J = 0; J < N; ++J) {
      int64_t Sum = 0;
      for (size_t K = 0; K < N; ++K)
        Sum += A[I * N + K] * B[K * N + J];
      C[I * N + J] = Sum;
    }
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {
      {"small", 64, 1},  {"inject", 30, 1},  {"medium", 128, 2},
      {"large", 512, 1}, {"bench", 128, 250}, {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  size_t N = Args.Size;
  int64_t *A = (int64_t *)kernelAlloc(N * N, sizeof(*A));
  int64_t *B = (int64_t *)kernelAlloc(N * N, sizeof(*B));
  int64_t *C = (int64_t *)kernelAlloc(N * N, sizeof(*C));
  uint64_t State = Args.Seed, Digest = N;
  for (size_t I = 0; I < N * N; ++I) {
    A[I] = (int32_t)kernelRandom(&State);
    B[I] = (int64_t)kernelRandom(&State) >> 40;
  }
  for (size_t Round = 0; Round < Args.Rounds; ++Round) {
    multiply(A, B, C, N);
    for (size_t I = 0; I < N * N; I += N + 1)
      A[I] += C[I];
  }
  for (size_t I = 0; I < N * N; ++I)
    Digest = kernelFold(Digest, (uint64_t)C[I]);
  free(A);
  free(B);
  free(C);
  return kernelFinish(Digest);
}
