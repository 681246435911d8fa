// Calls inside and outside, memory, floating point, recursion: about a hundred
// transactions of the default length.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned char Table[256];
static double Sum;

__attribute__((noinline)) static unsigned step(unsigned X) {
  X ^= X << 13;
  X ^= X >> 17;
  return X ^ X << 5;
}

__attribute__((noinline)) static unsigned walk(unsigned Depth, unsigned X) {
  Table[X & 255] += (unsigned char)Depth;
  return Depth ? walk(Depth - 1, step(X)) + Table[Depth & 255] : X;
}

static int compare(const void *A, const void *B) {
  return *(const int *)A - *(const int *)B;
}

int main(void) {
  int Numbers[200];
  unsigned X = 1;
  for (int I = 0; I < 200; ++I) {
    X = step(X);
    Numbers[I] = (int)(X >> 8);
    Sum += Numbers[I] * 0.5;
  }
  qsort(Numbers, 200, sizeof(int), compare); // calls back from libc
  for (int I = 1; I < 200; ++I)
    if (Numbers[I - 1] > Numbers[I])
      printf("unsorted %d\n", I);
  for (int I = 0; I < 40; ++I)
    X = walk((unsigned)I, X);
  char *Text = malloc(1 << 12);
  for (int I = 0; I < 1 << 12; ++I)
    Text[I] = (char)('a' + Table[I & 255] % 26);
  Text[(1 << 12) - 1] = 0;
  printf("%u %.17g %zu %.17g\n", X, Sum, strlen(Text), sqrt(Sum));
  for (int I = 0; I < 256; I += 64)
    printf("%u %c\n", Table[I], Text[I]);
  free(Text);
  return 0;
}
