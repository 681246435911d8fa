//===- list.c - linked lists, made, sorted and freed
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Merge sort of singly linked lists, reversal, removal of every third node.
// Size: nodes. Rounds: repetitions.
//===----------------------------------------------------------------------===//
#include "../kernels/kernel.h"

struct node {
  struct node *Next;
  uint64_t Value;
};

static struct node *merge(struct node *A, struct node *B) {
  struct node Head = {NULL, 0}, *Last = &Head;
  while (A && B) {
    struct node **Less = A->Value <= B->Value ? &A : &B;
    Last->Next = *Less;
    Last = *Less;
    *Less = (*Less)->Next;
  }
  Last->Next = A ? A : B;
  return Head.Next;
}

static struct node *sort(struct node *List) {
  if (!List || !List->Next)
    return List;
  struct node *Slow = List, *Fast = List->Next;
  while (Fast && Fast->Next) {
    Slow = Slow->Next;
    Fast = Fast->Next->Next;
  }
  struct node *Second = Slow->Next;
  Slow->Next = NULL;
  return merge(sort(List), sort(Second));
}

static struct node *reverse(struct node *List) {
  struct node *Done = NULL;
  while (List) {
    struct node *Next = List->Next;
    List->Next = Done;
    Done = List;
    List = Next;
  }
  return Done;
}

static uint64_t removeThirds(struct node **List) {
  uint64_t Removed = 0, N = 0;
  while (*List) {
    struct node *Node = *List;
    if (++N % 3 == 0) {
      *List = Node->Next;
      Removed += Node->Value;
      free(Node);
    } else {
      List = &Node->Next;
    }
  }
  return Removed;
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {{"small", 5000, 1},
                                                {"inject", 1000, 1},
                                                {"medium", 50000, 4},
                                                {"large", 200000, 8},
                                                {"bench", 100000, 14},
                                                {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  uint64_t Random = Args.Seed, Digest = 0;
  for (size_t R = 0; R < Args.Rounds; ++R) {
    struct node *List = NULL;
    for (size_t I = 0; I < Args.Size; ++I) {
      struct node *Node = (struct node *)kernelAlloc(1, sizeof(*Node));
      Node->Value = kernelRandom(&Random) >> 20;
      Node->Next = List;
      List = Node;
    }
    List = sort(List);
    Digest = kernelFold(Digest, removeThirds(&List));
    List = reverse(List);
    while (List) {
      struct node *Next = List->Next;
      Digest = kernelFold(Digest, List->Value);
      free(List);
      List = Next;
    }
  }
  return kernelFinish(Digest);
}
