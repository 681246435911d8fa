//===- trie.c - tries over byte strings
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Nodes with sorted child arrays that grow by reallocation; insertion, prefix
// counting, removal. Size: words. Rounds: repetitions.
//===----------------------------------------------------------------------===//
#include "../kernels/kernel.h"

struct node {
  uint32_t Count;
  uint16_t Num, Room;
  unsigned char *Bytes;
  struct node **Children;
};

static unsigned place(const struct node *N, unsigned char Byte) {
  unsigned Low = 0, High = N->Num;
  while (Low < High) {
    unsigned Middle = (Low + High) / 2;
    if (N->Bytes[Middle] < Byte)
      Low = Middle + 1;
    else
      High = Middle;
  }
  return Low;
}

static struct node *child(struct node *N, unsigned char Byte, int Make) {
  unsigned At = place(N, Byte);
  if (At < N->Num && N->Bytes[At] == Byte)
    return N->Children[At];
  if (!Make)
    return NULL;
  if (N->Num == N->Room) {
    N->Room = (uint16_t)(N->Room * 2 + 1);
    N->Bytes = (unsigned char *)realloc(N->Bytes, N->Room);
    N->Children =
        (struct node **)realloc(N->Children, N->Room * sizeof(void *));
    if (!N->Bytes || !N->Children)
      exit(3);
  }
  for (unsigned I = N->Num; I > At; --I) {
    N->Bytes[I] = N->Bytes[I - 1];
    N->Children[I] = N->Children[I - 1];
  }
  ++N->Num;
  N->Bytes[At] = Byte;
  return N->Children[At] = (struct node *)kernelAlloc(1, sizeof(*N));
}

static void drop(struct node *N) {
  for (unsigned I = 0; I < N->Num; ++I)
    drop(N->Children[I]);
  free(N->Bytes);
  free(N->Children);
  free(N);
}

static unsigned word(unsigned char *Out, uint64_t N) {
  unsigned Length = 3 + (unsigned)(N % 6);
  for (unsigned I = 0; I < Length; ++I, N = N * 6364136223846793005u + 1)
    Out[I] = (unsigned char)('a' + (N >> 33) % (I < 2 ? 26 : 9));
  return Length;
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {{"small", 3000, 1},
                                                {"inject", 400, 1},
                                                {"medium", 40000, 3},
                                                {"large", 200000, 6},
                                                {"bench", 120000, 8},
                                                {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  uint64_t Random = Args.Seed, Digest = 0;
  unsigned char Word[16];
  for (size_t R = 0; R < Args.Rounds; ++R) {
    struct node *Root = (struct node *)kernelAlloc(1, sizeof(*Root));
    for (size_t I = 0; I < Args.Size; ++I) {
      unsigned Length = word(Word, kernelRandom(&Random));
      struct node *N = Root;
      for (unsigned C = 0; C < Length; ++C) {
        N = child(N, Word[C], 1);
        ++N->Count;
      }
    }
    for (size_t I = 0; I < Args.Size * 2; ++I) {
      unsigned Length = word(Word, kernelRandom(&Random)), C = 0;
      struct node *N = Root;
      while (C < Length && (N = child(N, Word[C], 0))) {
        Digest += N->Count;
        ++C;
      }
      Digest = kernelFold(Digest, C);
    }
    drop(Root);
  }
  return kernelFinish(Digest);
}
