//===- sort.c - quicksort of numbers, merge sort of records ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sorts an array of numbers in place and an array of records by a short key,
// stably. Size: elements of each array. Rounds: repetitions on new data.
//===----------------------------------------------------------------------===//
#include "kernel.h"

struct Record {
  uint32_t Key;
  uint32_t Origin;
};

static void insertionSort(uint64_t *A, size_t N) {
  for (size_t I = 1; I < N; ++I) {
    uint64_t X = A[I];
    size_t J = I;
    for (; J > 0 && A[J - 1] > X; --J)
      A[J] = A[J - 1];
    A[J] = X;
  }
}

static uint64_t medianOf(uint64_t A, uint64_t B, uint64_t C) {
  if (A < B)
    return B < C ? B : A < C ? C : A;
  return A < C ? A : B < C ? C : B;
}

static void quickSort(uint64_t *A, size_t N) {
  while (N > 16) {
    uint64_t Pivot = medianOf(A[0], A[N / 2], A[N - 1]);
    size_t I = 0, J = N - 1;
    for (;; ++I, --J) {
      while (A[I] < Pivot)
        ++I;
      while (A[J] > Pivot)
        --J;
      if (I >= J)
        break;
      uint64_t Swap = A[I];
      A[I] = A[J];
      A[J] = Swap;
    }
    // Recurse into the smaller part: the stack stays logarithmic.
    if (I < N - I) {
      quickSort(A, I);
      A += I;
      N -= I;
    } else {
      quickSort(A + I, N - I);
      N = I;
    }
  }
  insertionSort(A, N);
}

/// Sorts \p A with \p B as the second buffer; returns the one that holds the
/// result.
static struct Record *mergeSort(struct Record *A, struct Record *B, size_t N) {
  for (size_t Width = 1; Width < N; Width *= 2) {
    for (size_t Low = 0; Low < N; Low += 2 * Width) {
      size_t Mid = Low + Width < N ? Low + Width : N;
      size_t High = Mid + Width < N ? Mid + Width : N;
      size_t I = Low, J = Mid;
      for (size_t K = Low; K < High; ++K) {
        if (I < Mid && (J >= High || A[I].Key <= A[J].Key))
          B[K] = A[I++];
        else
          B[K] = A[J++];
      }
    }
    struct Record *Swap = A;
    A = B;
    B = Swap;
  }
  return A;
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {
      {"small", 10000, 1},   {"inject", 2500, 1},   {"medium", 200000, 1},
      {"large", 2000000, 4}, {"bench", 400000, 18}, {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  size_t N = Args.Size;
  uint64_t *Numbers = (uint64_t *)kernelAlloc(N, sizeof(*Numbers));
  struct Record *A = (struct Record *)kernelAlloc(N, sizeof(*A));
  struct Record *B = (struct Record *)kernelAlloc(N, sizeof(*B));
  uint64_t State = Args.Seed, Digest = N, Unsorted = 0;
  for (size_t Round = 0; Round < Args.Rounds; ++Round) {
    for (size_t I = 0; I < N; ++I) {
      Numbers[I] = kernelRandom(&State);
      A[I].Key = (uint32_t)(Numbers[I] >> 20) % 4096;
      A[I].Origin = (uint32_t)I;
    }
    quickSort(Numbers, N);
    const struct Record *Sorted = mergeSort(A, B, N);
    for (size_t I = 0; I < N; ++I) {
      Digest = kernelFold(Digest, Numbers[I]);
      Digest =
          kernelFold(Digest, (uint64_t)Sorted[I].Key << 32 | Sorted[I].Origin);
      Unsorted += I && (Numbers[I - 1] > Numbers[I] ||
                        Sorted[I - 1].Key > Sorted[I].Key);
    }
  }
  printf("out of order %" PRIu64 "\n", Unsorted);
  free(Numbers);
  free(A);
  free(B);
  return kernelFinish(Digest);
}
