//===- fixed_filter.c - filters in fixed-point arithmetic -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A biquad cascade with 16.16 coefficients, saturation, a moving average that
// divides, and a peak detector. Size: samples.
//===----------------------------------------------------------------------===//
#include "../kernels/kernel.h"

struct Biquad {
  int32_t B0, B1, B2, A1, A2;
  int32_t X1, X2, Y1, Y2;
};

static int32_t saturate(int64_t V) {
  if (V > INT32_MAX)
    return INT32_MAX;
  if (V < INT32_MIN)
    return INT32_MIN;
  return (int32_t)V;
}

static int32_t step(struct Biquad *F, int32_t X) {
  int64_t Sum = (int64_t)F->B0 * X + (int64_t)F->B1 * F->X1 +
                (int64_t)F->B2 * F->X2 - (int64_t)F->A1 * F->Y1 -
                (int64_t)F->A2 * F->Y2;
  int32_t Y = saturate((Sum + 0x8000) >> 16);
  F->X2 = F->X1;
  F->X1 = X;
  F->Y2 = F->Y1;
  F->Y1 = Y;
  return Y;
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {
      {"small", 20000, 1},    {"inject", 2500, 1},      {"medium", 500000, 1},
      {"large", 4000000, 1}, {"bench", 1000000, 12}, {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  struct Biquad F[3] = {
      {1310, 2621, 1310, -102236, 41943, 0, 0, 0, 0},
      {26214, 0, -26214, -91750, 39321, 0, 0, 0, 0},
      {52428, -78643, 45875, -65536, 22937, 0, 0, 0, 0}};
  uint64_t State = Args.Seed, Digest = Args.Size;
  int32_t Window[16] = {0}, Peak = 0;
  int64_t Sum = 0;
  unsigned Length = 3;
  for (size_t Round = 0; Round < Args.Rounds; ++Round)
    for (size_t I = 0; I < Args.Size; ++I) {
      int32_t X = (int32_t)(kernelRandom(&State) >> 44) - (1 << 19);
      for (int K = 0; K < 3; ++K)
        X = step(&F[K], X);
      size_t At = I % 16;
      Sum += X - Window[At];
      Window[At] = X;
      if (I % 64 == 0)
        Length = Length % 16 + 1;
      int32_t Mean = (int32_t)(Sum / (int32_t)Length);
      int32_t Size = Mean < 0 ? -Mean : Mean;
      Peak = Size > Peak ? Size : Peak - (Peak >> 10);
      if (I % 8 == 0)
        Digest = kernelFold(Digest, (uint32_t)X + ((uint64_t)(uint32_t)Peak << 32));
    }
  Digest = kernelFold(Digest, (uint64_t)Sum);
  return kernelFinish(Digest);
}
