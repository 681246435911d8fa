// Recursion, pointers, floating point, division, byte strings.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <stdio.h>
#include <string.h>

struct Node {
  struct Node *Left, *Right;
  double Weight;
  char Name[12];
};

static struct Node Pool[160];
static unsigned Used, Seed = 7;

static unsigned next(void) {
  Seed = Seed * 1103515245u + 12345u;
  return Seed >> 9;
}

static struct Node **find(struct Node **At, const char *Name) {
  while (*At) {
    int Order = strcmp(Name, (*At)->Name);
    if (Order == 0)
      break;
    At = Order < 0 ? &(*At)->Left : &(*At)->Right;
  }
  return At;
}

static double walk(const struct Node *N, unsigned Depth) {
  if (!N)
    return 0;
  double Sum = walk(N->Left, Depth + 1);
  Sum += N->Weight / (Depth + 1);
  return Sum + walk(N->Right, Depth + 1);
}

int main(void) {
  struct Node *Root = 0;
  for (unsigned I = 0; I < 160; ++I) {
    char Name[12];
    unsigned V = next() % 1000, L = 0;
    do
      Name[L++] = (char)('a' + V % 26);
    while ((V /= 26) != 0);
    Name[L] = 0;
    struct Node **At = find(&Root, Name);
    if (!*At) {
      *At = &Pool[Used++];
      strcpy((*At)->Name, Name);
    }
    (*At)->Weight = (*At)->Weight * 1.25 + I;
  }
  printf("%u %.9f\n", Used, walk(Root, 0));
  return 0;
}
