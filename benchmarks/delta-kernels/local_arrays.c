//===- local_arrays.c - small arrays on the stack -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arrays that live in one function and are indexed by data: a heap, sets that are
// joined, a small hash table. Size: numbers a round.
//===----------------------------------------------------------------------===//
#include "../kernels/kernel.h"

// Each in a frame of its own.
#define Apart __attribute__((noinline))

enum { Places = 64 };

/// The numbers through a heap that keeps the largest ones.
Apart static uint64_t heap(const uint32_t *Data, size_t N) {
  uint32_t Heap[Places];
  size_t Used = 0;
  uint64_t Digest = 1;
  for (size_t K = 0; K < N; ++K) {
    size_t I;
    if (Used < Places) {
      for (I = Used++; I && Heap[(I - 1) / 2] > Data[K]; I = (I - 1) / 2)
        Heap[I] = Heap[(I - 1) / 2];
      Heap[I] = Data[K];
      continue;
    }
    Digest = kernelFold(Digest, Heap[0]);
    if (Data[K] <= Heap[0])
      continue;
    for (I = 0; 2 * I + 1 < Places;) {
      size_t Child = 2 * I + 1;
      if (Child + 1 < Places && Heap[Child + 1] < Heap[Child])
        ++Child;
      if (Heap[Child] >= Data[K])
        break;
      Heap[I] = Heap[Child];
      I = Child;
    }
    Heap[I] = Data[K];
  }
  return Digest;
}

/// Joins sets of places; how far each is from its root.
Apart static uint64_t sets(const uint32_t *Data, size_t N) {
  uint64_t Parent[Places], Digest = 1;
  for (size_t I = 0; I < Places; ++I)
    Parent[I] = I;
  for (size_t K = 0; K < N; ++K) {
    uint64_t A = Data[K] % Places, B = Data[K] / Places % Places, Steps = 0;
    for (; Parent[A] != A; ++Steps)
      A = Parent[A];
    for (; Parent[B] != B; ++Steps)
      B = Parent[B] = Parent[Parent[B]];
    Parent[A] = B;
    Digest = kernelFold(Digest, Steps * Places + B);
    if (K % Places == Places - 1)
      Parent[B] = B, Parent[Data[K] % Places] = Data[K] % Places;
  }
  return Digest;
}

/// Counts in a table with open addressing.
Apart static uint64_t table(const uint32_t *Data, size_t N) {
  uint32_t Key[Places] = {0}, Count[Places] = {0};
  uint64_t Digest = 1;
  size_t Used = 0;
  for (size_t K = 0; K < N; ++K) {
    uint32_t Wanted = Data[K] % 101 + 1;
    size_t I = Wanted * 37u % Places;
    while (Key[I] && Key[I] != Wanted && Used < Places)
      I = (I + 1) % Places;
    Used += !Key[I];
    Key[I] = Wanted;
    Digest = kernelFold(Digest, ++Count[I] * 128u + I);
  }
  return Digest;
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {
      {"small", 200, 10},    {"inject", 2000, 6},    {"medium", 2000, 10},
      {"large", 2000, 2000}, {"bench", 2000, 7000}, {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  uint32_t *Data = malloc((Args.Size + 1) * sizeof *Data);
  if (!Data)
    return 1;
  uint64_t State = Args.Seed, Digest = Args.Size;
  for (size_t Round = 0; Round < Args.Rounds; ++Round) {
    for (size_t I = 0; I < Args.Size; ++I)
      Data[I] = (uint32_t)(kernelRandom(&State) >> 33);
    Digest = kernelFold(Digest, heap(Data, Args.Size));
    Digest = kernelFold(Digest, sets(Data, Args.Size));
    Digest = kernelFold(Digest, table(Data, Args.Size));
  }
  free(Data);
  return kernelFinish(Digest);
}
