//===- pca.c - means and covariance matrix of rows ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The data reduction of a principal component analysis (Phoenix "pca"): the
// mean of each row, then the covariance of each pair of rows. Size: rows;
// there are as many columns. Rounds: repetitions on a shifted matrix.
//===----------------------------------------------------------------------===//
#include "kernel.h"

struct Pca {
  size_t N;
  int *Matrix;
  int *Means;
  int64_t *Cov;
};

static void findMeans(void *Context, size_t Begin, size_t End,
                      unsigned Worker) {
  struct Pca *P = (struct Pca *)Context;
  (void)Worker;
  for (size_t I = Begin; I < End; ++I) {
    const int *Row = P->Matrix + I * P->N;
    int64_t Sum = 0;
    for (size_t J = 0; J < P->N; ++J)
      Sum += Row[J];
    P->Means[I] = (int)(Sum / (int64_t)P->N);
  }
}

static void findCovariance(void *Context, size_t Begin, size_t End,
                           unsigned Worker) {
  struct Pca *P = (struct Pca *)Context;
  (void)Worker;
  for (size_t I = Begin; I < End; ++I) {
    const int *A = P->Matrix + I * P->N;
    // Row I pairs with the rows that follow it cyclically, half way round, so
    // that all threads get the same share.
    for (size_t K = 0; K <= P->N / 2; ++K) {
      size_t J = I + K < P->N ? I + K : I + K - P->N;
      const int *B = P->Matrix + J * P->N;
      int64_t Sum = 0;
      for (size_t C = 0; C < P->N; ++C)
        Sum += (A[C] - P->Means[I]) * (B[C] - P->Means[J]);
      P->Cov[I * (P->N / 2 + 1) + K] = Sum / (int64_t)(P->N - 1);
    }
  }
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {
      {"small", 128, 1},  {"inject", 56, 1},  {"medium", 400, 1},
      {"large", 1200, 1}, {"bench", 640, 12}, {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  size_t N = Args.Size, Pairs = N * (N / 2 + 1);
  struct Pca P = {N, (int *)kernelAlloc(N * N, sizeof(int)),
                  (int *)kernelAlloc(N, sizeof(int)),
                  (int64_t *)kernelAlloc(Pairs, sizeof(int64_t))};
  uint64_t State = Args.Seed, Digest = N;
  for (size_t I = 0; I < N * N; ++I)
    P.Matrix[I] = (int)(kernelRandom(&State) % 1000);

  for (size_t Round = 0; Round < Args.Rounds; ++Round) {
    kernelParallel(Args.Threads, N, findMeans, &P);
    kernelParallel(Args.Threads, N, findCovariance, &P);
    for (size_t I = 0; I < N; ++I)
      Digest = kernelFold(Digest, (uint32_t)P.Means[I]);
    for (size_t I = 0; I < Pairs; ++I)
      Digest = kernelFold(Digest, (uint64_t)P.Cov[I]);
    P.Matrix[Round % (N * N)] ^= 255;
  }
  printf("mean0 %d variance0 %" PRId64 "\n", P.Means[0], P.Cov[0]);
  free(P.Matrix);
  free(P.Means);
  free(P.Cov);
  return kernelFinish(Digest);
}
