//===- rows.c - matrices as arrays of rows
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each row is an allocation: product, transposition, rotation of rows.
// Size: rows and columns. Rounds: products.
//===----------------------------------------------------------------------===//
#include "../kernels/kernel.h"

static int32_t **make(size_t N) {
  int32_t **M = (int32_t **)kernelAlloc(N, sizeof(*M));
  for (size_t I = 0; I < N; ++I)
    M[I] = (int32_t *)kernelAlloc(N, sizeof(**M));
  return M;
}

static void drop(int32_t **M, size_t N) {
  for (size_t I = 0; I < N; ++I)
    free(M[I]);
  free(M);
}

static int32_t **product(int32_t **A, int32_t **B, size_t N) {
  int32_t **C = make(N);
  for (size_t I = 0; I < N; ++I)
    for (size_t K = 0; K < N; ++K) {
      int32_t Factor = A[I][K];
      for (size_t J = 0; J < N; ++J)
        C[I][J] += Factor * B[K][J];
    }
  return C;
}

static int32_t **transposed(int32_t **A, size_t N) {
  int32_t **T = make(N);
  for (size_t I = 0; I < N; ++I)
    for (size_t J = 0; J < N; ++J)
      T[J][I] = A[I][J];
  return T;
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {{"small", 60, 1},
                                                {"inject", 32, 1},
                                                {"medium", 200, 2},
                                                {"large", 400, 6},
                                                {"bench", 320, 60},
                                                {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  size_t N = Args.Size;
  uint64_t Random = Args.Seed, Digest = 0;
  int32_t **A = make(N), **B = make(N);
  for (size_t I = 0; I < N; ++I)
    for (size_t J = 0; J < N; ++J) {
      A[I][J] = (int32_t)(kernelRandom(&Random) % 100);
      B[I][J] = (int32_t)(kernelRandom(&Random) % 100);
    }
  for (size_t R = 0; R < Args.Rounds; ++R) {
    int32_t **C = product(A, B, N);
    int32_t **T = transposed(C, N);
    for (size_t I = 0; I < N; ++I) {
      for (size_t J = 0; J < N; ++J)
        T[I][J] &= 0xff;
      Digest = kernelFold(Digest, (uint64_t)(uint32_t)T[I][(I * 7) % N]);
    }
    drop(C, N);
    drop(A, N);
    A = T;
  }
  drop(A, N);
  drop(B, N);
  return kernelFinish(Digest);
}
