//===- arena.c - expressions in arenas
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A bump allocator over large blocks; trees of expressions are made, simplified
// into a second arena and evaluated. Size: nodes of a tree. Rounds: trees.
//===----------------------------------------------------------------------===//
#include "../kernels/kernel.h"

struct block {
  struct block *Next;
  size_t Used;
  char Bytes[16384 - 16];
};

struct node {
  char Op;
  int64_t Value;
  struct node *Left, *Right;
};

static void *take(struct block **Arena, size_t N) {
  N = (N + 15) & ~(size_t)15;
  if (!*Arena || (*Arena)->Used + N > sizeof((*Arena)->Bytes)) {
    struct block *B = (struct block *)malloc(sizeof(*B));
    if (!B)
      exit(3);
    B->Next = *Arena;
    B->Used = 0;
    *Arena = B;
  }
  void *P = (*Arena)->Bytes + (*Arena)->Used;
  (*Arena)->Used += N;
  return P;
}

static void drop(struct block *Arena) {
  while (Arena) {
    struct block *Next = Arena->Next;
    free(Arena);
    Arena = Next;
  }
}

static struct node *make(struct block **Arena, char Op, int64_t Value,
                         struct node *Left, struct node *Right) {
  struct node *N = (struct node *)take(Arena, sizeof(*N));
  N->Op = Op;
  N->Value = Value;
  N->Left = Left;
  N->Right = Right;
  return N;
}

static struct node *grow(struct block **Arena, uint64_t *Random, size_t Size) {
  uint64_t R = kernelRandom(Random);
  if (Size < 3)
    return make(Arena, R % 4 ? 'n' : 'x', (int64_t)(R >> 16 & 15), NULL, NULL);
  size_t Left = 1 + (R >> 20) % (Size - 2);
  struct node *L = grow(Arena, Random, Left);
  return make(Arena, "+-*&"[R % 4], 0, L, grow(Arena, Random, Size - 1 - Left));
}

static int64_t apply(char Op, int64_t A, int64_t B) {
  uint64_t X = (uint64_t)A, Y = (uint64_t)B;
  return (int64_t)(Op == '+' ? X + Y : Op == '-' ? X - Y : Op == '*' ? X * Y : (X & Y));
}

static struct node *simplify(struct block **Arena, const struct node *N) {
  if (!N->Left)
    return make(Arena, N->Op, N->Value, NULL, NULL);
  struct node *L = simplify(Arena, N->Left), *R = simplify(Arena, N->Right);
  if (L->Op == 'n' && R->Op == 'n')
    return make(Arena, 'n', apply(N->Op, L->Value, R->Value), NULL, NULL);
  if (N->Op == '*' && R->Op == 'n' && R->Value == 1)
    return L;
  return make(Arena, N->Op, 0, L, R);
}

static int64_t evaluate(const struct node *N, int64_t X) {
  if (!N->Left)
    return N->Op == 'x' ? X : N->Value;
  return apply(N->Op, evaluate(N->Left, X), evaluate(N->Right, X));
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {{"small", 3000, 1},
                                                {"inject", 800, 1},
                                                {"medium", 20000, 8},
                                                {"large", 100000, 16},
                                                {"bench", 30000, 180},
                                                {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  uint64_t Random = Args.Seed, Digest = 0;
  for (size_t R = 0; R < Args.Rounds; ++R) {
    struct block *First = NULL, *Second = NULL;
    struct node *Tree = grow(&First, &Random, Args.Size);
    struct node *Simple = simplify(&Second, Tree);
    for (int64_t X = 0; X < 4; ++X) {
      int64_t Value = evaluate(Simple, X);
      if (Value != evaluate(Tree, X))
        return 1;
      Digest = kernelFold(Digest, (uint64_t)Value);
    }
    drop(First);
    drop(Second);
  }
  return kernelFinish(Digest);
}
