//===- graph.c - shortest paths in a graph
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Adjacency arrays that grow one edge at a time, Dijkstra with a binary heap.
// Size: vertices. Rounds: start vertices.
//===----------------------------------------------------------------------===//
#include "../kernels/kernel.h"

struct edge {
  uint32_t To, Weight;
};
struct vertex {
  struct edge *Edges;
  uint32_t NumEdges, Room;
  uint64_t Distance;
};
struct entry {
  uint64_t Distance;
  uint32_t Vertex;
};
struct heap {
  struct entry *All;
  size_t Num, Room;
};

static void connect(struct vertex *V, uint32_t To, uint32_t Weight) {
  if (V->NumEdges == V->Room) {
    V->Room = V->Room ? V->Room * 2 : 2;
    V->Edges = (struct edge *)realloc(V->Edges, V->Room * sizeof(*V->Edges));
    if (!V->Edges)
      exit(3);
  }
  V->Edges[V->NumEdges].To = To;
  V->Edges[V->NumEdges++].Weight = Weight;
}

static void push(struct heap *H, uint64_t Distance, uint32_t Vertex) {
  if (H->Num == H->Room) {
    H->Room = H->Room * 2 + 16;
    H->All = (struct entry *)realloc(H->All, H->Room * sizeof(*H->All));
    if (!H->All)
      exit(3);
  }
  size_t I = H->Num++;
  while (I && H->All[(I - 1) / 2].Distance > Distance) {
    H->All[I] = H->All[(I - 1) / 2];
    I = (I - 1) / 2;
  }
  H->All[I].Distance = Distance;
  H->All[I].Vertex = Vertex;
}

static struct entry pop(struct heap *H) {
  struct entry Top = H->All[0], Last = H->All[--H->Num];
  size_t I = 0;
  for (;;) {
    size_t Child = 2 * I + 1;
    if (Child >= H->Num)
      break;
    if (Child + 1 < H->Num &&
        H->All[Child + 1].Distance < H->All[Child].Distance)
      ++Child;
    if (H->All[Child].Distance >= Last.Distance)
      break;
    H->All[I] = H->All[Child];
    I = Child;
  }
  H->All[I] = Last;
  return Top;
}

int main(int Argc, char **Argv) {
  static const struct KernelPreset Presets[] = {{"small", 2000, 1},
                                                {"inject", 300, 1},
                                                {"medium", 20000, 4},
                                                {"large", 100000, 8},
                                                {"bench", 40000, 12},
                                                {NULL, 0, 0}};
  struct KernelArgs Args = kernelArgs(Argc, Argv, Presets);
  uint64_t Random = Args.Seed, Digest = 0;
  struct vertex *All =
      (struct vertex *)kernelAlloc(Args.Size, sizeof(*All));
  for (size_t I = 0; I < Args.Size * 6; ++I)
    connect(&All[kernelRandom(&Random) % Args.Size],
            (uint32_t)(kernelRandom(&Random) % Args.Size),
            (uint32_t)(kernelRandom(&Random) % 1000 + 1));
  struct heap H = {NULL, 0, 0};
  for (size_t R = 0; R < Args.Rounds; ++R) {
    for (size_t I = 0; I < Args.Size; ++I)
      All[I].Distance = ~0ull;
    uint32_t Start = (uint32_t)(kernelRandom(&Random) % Args.Size);
    All[Start].Distance = 0;
    push(&H, 0, Start);
    while (H.Num) {
      struct entry Top = pop(&H);
      struct vertex *V = &All[Top.Vertex];
      if (Top.Distance != V->Distance)
        continue;
      for (uint32_t E = 0; E < V->NumEdges; ++E) {
        uint64_t Distance = Top.Distance + V->Edges[E].Weight;
        struct vertex *To = &All[V->Edges[E].To];
        if (Distance < To->Distance) {
          To->Distance = Distance;
          push(&H, Distance, V->Edges[E].To);
        }
      }
    }
    for (size_t I = 0; I < Args.Size; ++I)
      Digest = kernelFold(Digest, All[I].Distance);
  }
  for (size_t I = 0; I < Args.Size; ++I)
    free(All[I].Edges);
  free(All);
  free(H.All);
  return kernelFinish(Digest);
}
