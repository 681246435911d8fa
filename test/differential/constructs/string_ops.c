// Inline expansions of memcpy, memmove, memset, memcmp; rep strings.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS:
// FLAGS: -fno-builtin
#include "check.h"

#define COPY(N)                                                                \
  NOINLINE static void copy##N(char *To, const char *From) {                   \
    __builtin_memcpy(To, From, N);                                             \
  }                                                                            \
  NOINLINE static void move##N(char *At) { __builtin_memmove(At + 3, At, N); } \
  NOINLINE static void fill##N(char *At, int C) {                              \
    __builtin_memset(At, C, N);                                                \
    __builtin_memset(At + N, 0, N);                                            \
  }                                                                            \
  NOINLINE static int same##N(const char *A, const char *B) {                  \
    return __builtin_memcmp(A, B, N) == 0;                                     \
  }                                                                            \
  static void run##N(void) {                                                   \
    char A[3 * N + 8], B[3 * N + 8];                                           \
    for (int I = 0; I < 3 * N + 8; ++I)                                        \
      A[I] = (char)rnd(), B[I] = (char)rnd();                                  \
    copy##N(A + 1, B);                                                         \
    fold((uint64_t)same##N(A + 1, B));                                         \
    move##N(A);                                                                \
    fold((uint64_t)same##N(A, B));                                             \
    fill##N(B, (int)rnd());                                                    \
    foldBytes(A, sizeof(A));                                                   \
    foldBytes(B, sizeof(B));                                                   \
  }

COPY(1) COPY(2) COPY(3) COPY(4) COPY(5) COPY(7) COPY(8) COPY(11) COPY(15)
COPY(16) COPY(17) COPY(24) COPY(31) COPY(32) COPY(33) COPY(48) COPY(63)
COPY(64) COPY(65) COPY(96) COPY(127) COPY(128) COPY(200) COPY(256) COPY(500)
COPY(1024) COPY(4097)

NOINLINE static void inlined(char *To, const char *From) {
  __builtin_memcpy_inline(To, From, 777);
  __builtin_memset_inline(To + 777, 7, 300);
}
NOINLINE static size_t length(const char *P) {
  size_t N = 0;
  while (P[N])
    ++N;
  return N;
}
NOINLINE static int order(const char *A, const char *B, size_t N) {
  int R = __builtin_memcmp(A, B, N);
  return (R > 0) - (R < 0);
}
NOINLINE static int order8(const char *A, const char *B) {
  int R = __builtin_memcmp(A, B, 8);
  return (R > 0) - (R < 0);
}
NOINLINE static char *append(char *To, const char *From) {
  while ((*To = *From++))
    ++To;
  return To;
}
NOINLINE static void variable(char *A, char *B, size_t N) {
  memcpy(A, B, N);
  memset(B, (int)N, N);
  memmove(A + N / 2, A, N);
}

int main(void) {
  run1(), run2(), run3(), run4(), run5(), run7(), run8(), run11(), run15();
  run16(), run17(), run24(), run31(), run32(), run33(), run48(), run63();
  run64(), run65(), run96(), run127(), run128(), run200(), run256(), run500();
  run1024(), run4097();
  static char A[5000], B[5000];
  for (int I = 0; I < 5000; ++I)
    B[I] = (char)(rnd() >> 9 | 1);
  inlined(A, B);
  foldBytes(A, 1200);
  B[4321] = 0;
  showValue("length", length(B));
  for (size_t I = 0; I < 100; ++I) {
    variable(A, B, I * 7);
    fold((uint64_t)order(A, B, I + 1));
    fold((uint64_t)order8(A + I, B + I));
  }
  foldBytes(A, sizeof(A));
  char Text[64];
  char *End = append(append(Text, "hardened "), "strings");
  printf("%s %d\n", Text, (int)(End - Text));
  show("strings");
  return 0;
}
