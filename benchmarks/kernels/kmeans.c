//===- kmeans.c - clusters of points by Lloyd's iteration -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Integer k-means (Phoenix "kmeans"): assign each point to its nearest mean,
// move the means, until nothing moves or Rounds passes are done. Size: points.
//===----------------------------------------------------------------------===//
#include "kernel.h"

enum { Dims = 3, Grid = 1000 };

struct KMeans {
  size_t Clusters;
  int (*Points)[Dims];
  int (*Means)[Dims];
  uint32_t *Owner;
  size_t Moved[KernelMaxThreads];
};

static uint32_t distance(const int *A, const int *B) {
  uint32_t Sum = 0;
  for (unsigned D = 0; D < Dims; ++D) {
    int Diff = A[D] - B[D];
    Sum += (uint32_t)(Diff * Diff);
  }
  return Sum;
}

static void assignPoints(void *Context, size_t Begin, size_t End,
                         unsigned Worker) {
  struct KMeans *K = (struct KMeans *)Context;
  size_t Moved = 0;
  for (size_t I = Begin; I < End; ++I) {
    uint32_t Best = UINT32_MAX, Owner = 0;
    for (size_t C = 0; C < K->Clusters; ++C) {
      uint32_t Dist = distance(K->Points[I], K->Means[C]);
      if (Dist < Best) {
        Best = Dist;
        Owner = (uint32_t)C;
      }
    }
    Moved += K->Owner[I] != Owner;
    K->Owner[I] = Owner;
  }
  K->Moved[Worker] = Moved;
}

static void moveMeans(struct KMeans *K, size_t Points,
                      int64_t (*Sums)[Dims + 1]) {
  for (size_t C = 0; C < K->Clusters; ++C)
    for (unsigned D = 0; D <= Dims; ++D)
      Sums[C][D] = 0;
  for (size_t I = 0; I < Points; ++I) {
    int64_t *Sum = Sums[K->Owner[I]];
    for (unsigned D = 0; D < Dims; ++D)
      Sum[D] += K->Points[I][D];
    ++Sum[Dims];
  }
  for (size_t C = 0; C < K->Clusters; ++C)
    for (unsigned D = 0; D < Dims; ++D)
      if (Sums[C][Dims])
        K->Means[C][D] = (int)(Sums[C][D] / Sums[C][Dims]);
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {
      {"small", 2000, 8},    {"inject", 450, 6},    {"medium", 20000, 20},
      {"large", 200000, 20}, {"bench", 150000, 60}, {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  struct KMeans K;
  memset(&K, 0, sizeof(K));
  K.Clusters = Args.Size < 1000 ? 16 : 100;
  if (K.Clusters > Args.Size)
    K.Clusters = Args.Size;
  K.Points = (int(*)[Dims])kernelAlloc(Args.Size, sizeof(*K.Points));
  K.Means = (int(*)[Dims])kernelAlloc(K.Clusters, sizeof(*K.Means));
  K.Owner = (uint32_t *)kernelAlloc(Args.Size, sizeof(*K.Owner));
  int64_t(*Sums)[Dims + 1] =
      (int64_t(*)[Dims + 1]) kernelAlloc(K.Clusters, sizeof(*Sums));

  uint64_t State = Args.Seed;
  for (size_t I = 0; I < Args.Size; ++I)
    for (unsigned D = 0; D < Dims; ++D)
      K.Points[I][D] = (int)(kernelRandom(&State) % Grid);
  for (size_t C = 0; C < K.Clusters; ++C)
    for (unsigned D = 0; D < Dims; ++D)
      K.Means[C][D] = K.Points[C * (Args.Size / K.Clusters)][D];

  size_t Round = 0, Moved = 1;
  for (; Round < Args.Rounds && Moved; ++Round) {
    kernelParallel(Args.Threads, Args.Size, assignPoints, &K);
    Moved = 0;
    for (unsigned T = 0; T < Args.Threads; ++T)
      Moved += K.Moved[T];
    moveMeans(&K, Args.Size, Sums);
  }

  uint64_t Digest = Round;
  for (size_t C = 0; C < K.Clusters; ++C)
    for (unsigned D = 0; D < Dims; ++D)
      Digest = kernelFold(Digest, (uint32_t)K.Means[C][D]);
  for (size_t I = 0; I < Args.Size; ++I)
    Digest = kernelFold(Digest, K.Owner[I]);
  printf("rounds %zu moved %zu mean0 %d %d %d\n", Round, Moved, K.Means[0][0],
         K.Means[0][1], K.Means[0][2]);
  free(K.Points);
  free(K.Means);
  free(K.Owner);
  free(Sums);
  return kernelFinish(Digest);
}
