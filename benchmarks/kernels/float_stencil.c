//===- float_stencil.c - heat on a plate by finite differences ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Double precision five-point stencil on a square plate with a fixed border,
// conductivity varying from cell to cell, and the residual of each step. Size:
// cells along an edge. Rounds: time steps.
//===----------------------------------------------------------------------===//
#include "kernel.h"

// One rounding per operation on every machine: the digest must not depend on
// it.
#pragma STDC FP_CONTRACT OFF

static double step(const double *Old, double *New, const double *Conduct,
                   size_t N) {
  double Residual = 0;
  for (size_t I = 1; I + 1 < N; ++I) {
    for (size_t J = 1; J + 1 < N; ++J) {
      size_t At = I * N + J;
      double Around = Old[At - 1] + Old[At + 1] + Old[At - N] + Old[At + N];
      double Flow = Conduct[At] * (Around - 4.0 * Old[At]);
      New[At] = Old[At] + Flow;
      Residual += Flow * Flow;
    }
  }
  return Residual;
}

static uint64_t bitsOf(double Value) {
  uint64_t Bits;
  memcpy(&Bits, &Value, sizeof(Bits));
  return Bits;
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {
      {"small", 128, 8},    {"inject", 64, 12},    {"medium", 256, 40},
      {"large", 1024, 200}, {"bench", 256, 16000}, {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  size_t N = Args.Size, Cells = N * N;
  double *Old = (double *)kernelAlloc(Cells, sizeof(double));
  double *New = (double *)kernelAlloc(Cells, sizeof(double));
  double *Conduct = (double *)kernelAlloc(Cells, sizeof(double));
  uint64_t State = Args.Seed;
  for (size_t I = 0; I < Cells; ++I) {
    uint64_t R = kernelRandom(&State);
    Old[I] = New[I] = (double)(R % 100000) / 256.0;
    Conduct[I] = (double)((R >> 32) % 1000) / 5000.0;
  }
  uint64_t Digest = N;
  double Residual = 0;
  for (size_t Round = 0; Round < Args.Rounds; ++Round) {
    Residual = step(Old, New, Conduct, N);
    Digest = kernelFold(Digest, bitsOf(Residual));
    double *Swap = Old;
    Old = New;
    New = Swap;
  }
  double Heat = 0;
  for (size_t I = 0; I < Cells; ++I) {
    Heat += Old[I];
    Digest = kernelFold(Digest, bitsOf(Old[I]));
  }
  printf("heat %.10e residual %.10e\n", Heat, Residual);
  free(Old);
  free(New);
  free(Conduct);
  return kernelFinish(Digest);
}
