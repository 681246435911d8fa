//===- matrix_multiply.c - product of two square integer matrices ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Phoenix "matrix_multiply", with the loops ordered so that the inner one runs
// along rows. Size: rows. Rounds: the product is multiplied again.
//===----------------------------------------------------------------------===//
#include "kernel.h"

struct Product {
  size_t N;
  const uint32_t *A, *B;
  uint32_t *C;
};

static void multiplyRows(void *Context, size_t Begin, size_t End,
                         unsigned Worker) {
  struct Product *P = (struct Product *)Context;
  (void)Worker;
  for (size_t I = Begin; I < End; ++I) {
    uint32_t *Row = P->C + I * P->N;
    for (size_t J = 0; J < P->N; ++J)
      Row[J] = 0;
    for (size_t K = 0; K < P->N; ++K) {
      uint32_t Factor = P->A[I * P->N + K];
      const uint32_t *Other = P->B + K * P->N;
      for (size_t J = 0; J < P->N; ++J)
        Row[J] += Factor * Other[J];
    }
  }
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {
      {"small", 96, 1},   {"inject", 64, 1},  {"medium", 256, 1},
      {"large", 1024, 2}, {"bench", 480, 45}, {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  size_t N = Args.Size, Cells = N * N;
  uint32_t *A = (uint32_t *)kernelAlloc(Cells, sizeof(*A));
  uint32_t *B = (uint32_t *)kernelAlloc(Cells, sizeof(*B));
  uint32_t *C = (uint32_t *)kernelAlloc(Cells, sizeof(*C));
  uint64_t State = Args.Seed;
  for (size_t I = 0; I < Cells; ++I) {
    uint64_t R = kernelRandom(&State);
    A[I] = (uint32_t)R;
    B[I] = (uint32_t)(R >> 32);
  }

  for (size_t Round = 0; Round < Args.Rounds; ++Round) {
    struct Product P = {N, A, B, C};
    kernelParallel(Args.Threads, N, multiplyRows, &P);
    uint32_t *Swap = A;
    A = C;
    C = Swap;
  }

  uint64_t Digest = N;
  uint32_t Trace = 0;
  for (size_t I = 0; I < Cells; ++I)
    Digest = kernelFold(Digest, A[I]);
  for (size_t I = 0; I < N; ++I)
    Trace += A[I * N + I];
  printf("trace %u\n", Trace);
  free(A);
  free(B);
  free(C);
  return kernelFinish(Digest);
}
