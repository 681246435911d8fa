//===- tree.c - binary search trees
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Treaps: insertion with rotations, lookup, deletion, freeing.
// Size: keys. Rounds: repetitions.
//===----------------------------------------------------------------------===//
#include "../kernels/kernel.h"

struct node {
  uint64_t Key, Priority, Count;
  struct node *Child[2];
};

static struct node *rotate(struct node *N, int Side) {
  struct node *Up = N->Child[!Side];
  N->Child[!Side] = Up->Child[Side];
  Up->Child[Side] = N;
  return Up;
}

static struct node *insert(struct node *N, uint64_t Key, uint64_t Priority) {
  if (!N) {
    N = (struct node *)kernelAlloc(1, sizeof(*N));
    N->Key = Key;
    N->Priority = Priority;
    N->Count = 1;
    return N;
  }
  if (Key == N->Key) {
    ++N->Count;
    return N;
  }
  int Side = Key > N->Key;
  N->Child[Side] = insert(N->Child[Side], Key, Priority);
  return N->Child[Side]->Priority > N->Priority ? rotate(N, !Side) : N;
}

static struct node *removeKey(struct node *N, uint64_t Key) {
  if (!N)
    return N;
  if (Key != N->Key) {
    int Side = Key > N->Key;
    N->Child[Side] = removeKey(N->Child[Side], Key);
    return N;
  }
  if (!N->Child[0] || !N->Child[1]) {
    struct node *Only = N->Child[!N->Child[0]];
    free(N);
    return Only;
  }
  int Side = N->Child[0]->Priority > N->Child[1]->Priority;
  N = rotate(N, Side);
  N->Child[Side] = removeKey(N->Child[Side], Key);
  return N;
}

static const struct node *find(const struct node *N, uint64_t Key) {
  while (N && N->Key != Key)
    N = N->Child[Key > N->Key];
  return N;
}

static uint64_t drain(struct node *N, uint64_t Digest) {
  if (!N)
    return Digest;
  Digest = drain(N->Child[0], Digest);
  Digest = kernelFold(Digest, N->Key + N->Count);
  Digest = drain(N->Child[1], Digest);
  free(N);
  return Digest;
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {{"small", 4000, 1},
                                                {"inject", 800, 1},
                                                {"medium", 40000, 4},
                                                {"large", 200000, 6},
                                                {"bench", 60000, 16},
                                                {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  uint64_t Random = Args.Seed, Digest = 0;
  for (size_t R = 0; R < Args.Rounds; ++R) {
    struct node *Tree = NULL;
    for (size_t I = 0; I < Args.Size; ++I) {
      uint64_t Key = kernelRandom(&Random) % (Args.Size * 2);
      Tree = insert(Tree, Key, kernelRandom(&Random));
    }
    for (size_t I = 0; I < Args.Size; ++I) {
      const struct node *N = find(Tree, kernelRandom(&Random) % (Args.Size * 2));
      Digest = kernelFold(Digest, N ? N->Count : 0);
    }
    for (size_t I = 0; I < Args.Size / 2; ++I)
      Tree = removeKey(Tree, kernelRandom(&Random) % (Args.Size * 2));
    Digest = drain(Tree, Digest);
  }
  return kernelFinish(Digest);
}
