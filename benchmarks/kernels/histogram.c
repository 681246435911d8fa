//===- histogram.c - colour histogram of an image -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counts the values of the three bytes of each pixel (Phoenix "histogram").
// Size: pixels. Rounds: passes over the image, adding up.
//===----------------------------------------------------------------------===//
#include "kernel.h"

enum { Channels = 3, Levels = 256 };

struct Histogram {
  const uint8_t *Pixels;
  uint64_t Counts[KernelMaxThreads][Channels][Levels];
};

static void countPixels(void *Context, size_t Begin, size_t End,
                        unsigned Worker) {
  struct Histogram *H = (struct Histogram *)Context;
  uint64_t(*Counts)[Levels] = H->Counts[Worker];
  const uint8_t *P = H->Pixels + Begin * Channels;
  for (size_t I = Begin; I < End; ++I, P += Channels) {
    ++Counts[0][P[0]];
    ++Counts[1][P[1]];
    ++Counts[2][P[2]];
  }
}

static void fillImage(uint8_t *Pixels, size_t Bytes, uint64_t Seed) {
  // Four samples per random number, each the sum of two, so that levels are
  // not equally likely.
  for (size_t I = 0; I < Bytes; I += 4) {
    uint64_t R = kernelRandom(&Seed);
    for (size_t J = I; J < I + 4 && J < Bytes; ++J, R >>= 16)
      Pixels[J] = (uint8_t)(((R & 255) + (R >> 8 & 255)) / 2);
  }
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {
      {"small", 1 << 16, 4},  {"inject", 10000, 4},    {"medium", 1 << 20, 8},
      {"large", 1 << 23, 32}, {"bench", 1 << 21, 400}, {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  size_t Bytes = Args.Size * Channels;
  uint8_t *Pixels = (uint8_t *)kernelAlloc(Bytes, 1);
  struct Histogram *H = (struct Histogram *)kernelAlloc(1, sizeof(*H));
  fillImage(Pixels, Bytes, Args.Seed);
  H->Pixels = Pixels;

  for (size_t R = 0; R < Args.Rounds; ++R)
    kernelParallel(Args.Threads, Args.Size, countPixels, H);

  uint64_t Digest = Args.Size;
  for (unsigned C = 0; C < Channels; ++C) {
    uint64_t Sum = 0, Mode = 0, Best = 0;
    for (unsigned L = 0; L < Levels; ++L) {
      uint64_t N = 0;
      for (unsigned T = 0; T < Args.Threads; ++T)
        N += H->Counts[T][C][L];
      Digest = kernelFold(Digest, N);
      Sum += N * L;
      if (N > Best) {
        Best = N;
        Mode = L;
      }
    }
    printf("channel %u sum %" PRIu64 " mode %" PRIu64 " (%" PRIu64 ")\n", C,
           Sum, Mode, Best);
  }
  free(H);
  free(Pixels);
  return kernelFinish(Digest);
}
