//===- linear_regression.c - least squares line through points ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sums x, y, xx, yy and xy of byte pairs and fits a line (Phoenix
// "linear_regression"). Size: points. Rounds: passes, adding up.
//===----------------------------------------------------------------------===//
#include "kernel.h"

// One rounding per operation on every machine: the digest must not depend on
// it.
#pragma STDC FP_CONTRACT OFF

struct Point {
  uint8_t X, Y;
};

struct Sums {
  uint64_t X, Y, XX, YY, XY;
};

struct Regression {
  const struct Point *Points;
  struct Sums Parts[KernelMaxThreads];
};

static void sumPoints(void *Context, size_t Begin, size_t End,
                      unsigned Worker) {
  struct Regression *R = (struct Regression *)Context;
  struct Sums S = R->Parts[Worker];
  for (size_t I = Begin; I < End; ++I) {
    unsigned X = R->Points[I].X, Y = R->Points[I].Y;
    S.X += X;
    S.Y += Y;
    S.XX += X * X;
    S.YY += Y * Y;
    S.XY += X * Y;
  }
  R->Parts[Worker] = S;
}

static uint64_t bitsOf(double Value) {
  uint64_t Bits;
  memcpy(&Bits, &Value, sizeof(Bits));
  return Bits;
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {
      {"small", 1 << 16, 4},  {"inject", 12000, 4},    {"medium", 1 << 20, 16},
      {"large", 1 << 24, 32}, {"bench", 1 << 21, 500}, {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  struct Point *Points =
      (struct Point *)kernelAlloc(Args.Size, sizeof(struct Point));
  uint64_t State = Args.Seed;
  for (size_t I = 0; I < Args.Size; ++I) {
    uint64_t R = kernelRandom(&State);
    Points[I].X = (uint8_t)R;
    Points[I].Y = (uint8_t)(Points[I].X / 2 + (R >> 8) % 97);
  }
  struct Regression R;
  memset(&R, 0, sizeof(R));
  R.Points = Points;

  for (size_t Round = 0; Round < Args.Rounds; ++Round)
    kernelParallel(Args.Threads, Args.Size, sumPoints, &R);

  struct Sums S = {0, 0, 0, 0, 0};
  for (unsigned T = 0; T < Args.Threads; ++T) {
    S.X += R.Parts[T].X;
    S.Y += R.Parts[T].Y;
    S.XX += R.Parts[T].XX;
    S.YY += R.Parts[T].YY;
    S.XY += R.Parts[T].XY;
  }
  double N = (double)Args.Size * (double)Args.Rounds;
  double Sx = (double)S.X, Sy = (double)S.Y;
  double Slope = (N * (double)S.XY - Sx * Sy) / (N * (double)S.XX - Sx * Sx);
  double Offset = (Sy - Slope * Sx) / N;
  printf("slope %.9f offset %.9f\n", Slope, Offset);
  printf("sums %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
         S.X, S.Y, S.XX, S.YY, S.XY);
  uint64_t Digest = kernelFold(kernelFold(Args.Size, S.X), S.Y);
  Digest = kernelFold(kernelFold(Digest, S.XX), S.YY);
  Digest = kernelFold(kernelFold(Digest, S.XY), bitsOf(Slope));
  free(Points);
  return kernelFinish(kernelFold(Digest, bitsOf(Offset)));
}
