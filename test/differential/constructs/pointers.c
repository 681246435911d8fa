// Pointer arithmetic, comparison, tables, address modes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <stddef.h>

struct Node {
  struct Node *Left, *Right;
  int Key;
  short Tags[5];
};

NOINLINE static struct Node *insert(struct Node **Root, struct Node *New) {
  while (*Root)
    Root = New->Key < (*Root)->Key ? &(*Root)->Left : &(*Root)->Right;
  return *Root = New;
}

NOINLINE static int64_t walk(const struct Node *N, int Depth) {
  if (!N)
    return 0;
  return walk(N->Left, Depth + 1) * 3 + (int64_t)N->Key * Depth % 1000 +
         walk(N->Right, Depth + 1) + N->Tags[Depth % 5];
}

NOINLINE static int modes(int *Base, long I, long J) {
  return Base[I] + Base[I * 2 + 1] + Base[J - 3] + *(Base + I + J) +
         ((short *)0 == (short *)Base) + Base[4 * (I - J) + 40];
}

NOINLINE static char *findLast(char *Begin, char *End, char C) {
  while (End != Begin)
    if (*--End == C)
      return End;
  return NULL;
}

NOINLINE static void reverse(int *First, int *Last) {
  for (; First < Last; ++First, --Last) {
    int T = *First;
    *First = *Last;
    *Last = T;
  }
}

NOINLINE static void *throughInt(void *P, uintptr_t Mask) {
  uintptr_t Bits = (uintptr_t)P ^ Mask;
  Bits ^= Mask;
  return (void *)Bits;
}

int main(void) {
  static struct Node Nodes[200];
  struct Node *Root = NULL;
  for (int I = 0; I < 200; ++I) {
    Nodes[I].Key = (int)(rnd() % 1000);
    for (int J = 0; J < 5; ++J)
      Nodes[I].Tags[J] = (short)(I * J - 100);
    ptrdiff_t At = insert(&Root, &Nodes[I]) - Nodes;
    fold((uint64_t)At);
  }
  showValue("walk", (uint64_t)walk(Root, 0));
  int Array[100];
  for (int I = 0; I < 100; ++I)
    Array[I] = (int)(rnd() % 5000);
  for (long I = 0; I < 20; ++I)
    fold((uint64_t)modes(Array, I + 5, I + 3));
  reverse(Array, Array + 99);
  foldBytes(Array, sizeof(Array));
  char Text[] = "the quick brown fox jumps over the lazy dog";
  showValue("last", (uint64_t)(findLast(Text, Text + sizeof(Text), 'o') - Text));
  showValue("none", findLast(Text, Text + 5, 'z') == NULL);
  int *Back = (int *)throughInt(&Array[7], (uintptr_t)rnd());
  showValue("back", Back == &Array[7] && *Back == Array[7]);
  showValue("offset", offsetof(struct Node, Tags[3]));
  show("pointers");
  return 0;
}
