// Copies of structures and unions, arrays in them, variable lengths.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

struct Mixed { char A; int B[3]; double C; char D[5]; };
struct Outer { struct Mixed M[3]; struct Mixed *Self; };
union Overlay { struct Mixed M; unsigned char Raw[sizeof(struct Mixed)]; };
struct Flexible { unsigned N; uint32_t Data[]; };

NOINLINE static void copy(struct Mixed *To, const struct Mixed *From) { *To = *From; }
NOINLINE static struct Mixed pick(const struct Outer *O, int I) {
  return O->M[I];
}
NOINLINE static void rotate(struct Outer *O) {
  struct Mixed T = O->M[0];
  O->M[0] = O->M[1];
  O->M[1] = O->M[2];
  O->M[2] = T;
  O->Self = &O->M[T.B[0] % 3];
}
NOINLINE static void parts(struct Mixed *P, int X) {
  struct Mixed T = {(char)X, {X, X * 2, X * 3}, X / 4.0, "abc"};
  T.D[X & 3] = 'z';
  *P = T;
}
NOINLINE static struct Flexible *grow(const struct Flexible *F, unsigned By) {
  struct Flexible *R = malloc(sizeof(*R) + (F->N + By) * sizeof(uint32_t));
  if (!R)
    exit(1);
  R->N = F->N + By;
  for (unsigned I = 0; I < R->N; ++I)
    R->Data[I] = I < F->N ? F->Data[I] : I * 7;
  return R;
}
NOINLINE static void swap(void *A, void *B, size_t N) {
  char T[N];
  memcpy(T, A, N);
  memmove(A, B, N);
  memcpy(B, T, N);
}

static void foldMixed(const struct Mixed *M) {
  fold((uint64_t)M->A);
  foldBytes(M->B, sizeof(M->B));
  foldDouble(M->C);
  foldBytes(M->D, sizeof(M->D));
}

int main(void) {
  static struct Outer O;
  static struct Mixed Zero;
  for (int I = 0; I < 60; ++I) {
    struct Mixed A, B;
    parts(&O.M[I % 3], (int)(rnd() & 0xffff));
    rotate(&O);
    copy(&A, O.Self);
    B = pick(&O, I % 3);
    swap(&A, &B, sizeof(A));
    foldMixed(&A);
    foldMixed(&B);
    union Overlay U = {.M = Zero};
    U.M.B[1] = I;
    fold(U.Raw[8]);
    fold((uint64_t)(O.Self - O.M));
  }
  struct Flexible *F = calloc(1, sizeof(*F));
  if (!F)
    return 1;
  for (unsigned I = 0; I < 10; ++I) {
    struct Flexible *Next = grow(F, I);
    free(F);
    F = Next;
  }
  foldBytes(F->Data, F->N * sizeof(uint32_t));
  free(F);
  show("copies");
  return 0;
}
