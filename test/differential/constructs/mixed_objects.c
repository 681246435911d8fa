// Hardened code calls unhardened code and is called by it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// TWICE: -DOTHER_SIDE
// LEVELS: -O0 -O2
#include "check.h"

struct Item {
  char Name[20];
  double Weight;
  int Count;
};
typedef int Compare(const struct Item *, const struct Item *);
typedef struct Item Make(int, double);

#ifdef OTHER_SIDE
void sortItems(struct Item *P, int N, Compare *Less) {
  for (int I = 1; I < N; ++I)
    for (int J = I; J > 0 && Less(&P[J], &P[J - 1]); --J) {
      struct Item T = P[J];
      P[J] = P[J - 1];
      P[J - 1] = T;
    }
}
double apply(Make *Fn, int N, double *Sum) {
  double R = 0;
  for (int I = 0; I < N; ++I) {
    struct Item T = Fn(I, R + 1);
    R += T.Weight * T.Count;
    *Sum += R;
  }
  return R;
}
#else
void sortItems(struct Item *P, int N, Compare *Less);
double apply(Make *Fn, int N, double *Sum);

static int less(const struct Item *A, const struct Item *B) {
  return A->Count != B->Count ? A->Count < B->Count : A->Weight < B->Weight;
}
static struct Item make(int I, double X) {
  struct Item T = {"item", X / (I + 1), I * 2};
  T.Name[4] = (char)('a' + I);
  return T;
}
static int compareInts(const void *A, const void *B) {
  int X = *(const int *)A, Y = *(const int *)B;
  return (X > Y) - (X < Y);
}
int main(void) {
  struct Item Items[12];
  for (int I = 0; I < 12; ++I)
    Items[I] = make((int)(rnd() % 9), (double)I);
  sortItems(Items, 12, less);
  for (int I = 0; I < 12; ++I)
    printf("%s %d %.3f\n", Items[I].Name, Items[I].Count, Items[I].Weight);
  double Sum = 0;
  double R = apply(make, 6, &Sum);
  printf("%.9g %.9g\n", R, Sum);
  int Numbers[50];
  for (int I = 0; I < 50; ++I)
    Numbers[I] = (int)(rnd() % 1000);
  qsort(Numbers, 50, sizeof(int), compareInts);
  int Key = Numbers[20];
  int *Found = bsearch(&Key, Numbers, 50, sizeof(int), compareInts);
  foldBytes(Numbers, sizeof(Numbers));
  printf("%d\n", Found ? *Found == Key : -1);
  show("mixed");
  return 0;
}
#endif
