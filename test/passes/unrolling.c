// A small loop of a hardened function makes two turns in one, a search of a few
// instructions and a search for the best four, also where nobody can count the turns;
// not one three deep, one with a call, one that the user has decided on, nor where size
// matters. One that chooses only if it stores nothing; one made of vectors only if it
// stores, three deep, too.
// DEFINE: %{flags} =
// DEFINE: %{show} = %harden -O2 %{flags} -S -emit-llvm %s -o - | FileCheck %s
// RUN: %{show} --check-prefixes=CHECK,TWO
// RUN: %harden -O3 -S -emit-llvm %s -o - | FileCheck %s --check-prefixes=CHECK,TWO
// REDEFINE: %{flags} = -fno-crit=ilr -fcrit=haft
// RUN: %{show} --check-prefixes=CHECK,TWO
// REDEFINE: %{flags} = -fno-crit=ilr -fcrit=delta
// RUN: %{show} --check-prefixes=CHECK,TWO
// REDEFINE: %{flags} = -Os
// RUN: %{show} --check-prefixes=CHECK,ONE
// REDEFINE: %{flags} = -fno-unroll-loops
// RUN: %{show} --check-prefixes=CHECK,ONE
// REDEFINE: %{flags} = -fcrit=none
// RUN: %{show} --check-prefixes=CHECK,ONE
//
// Odd and even numbers of turns, and none.
// RUN: %harden -O2 %s -o %t && clang-22 -O2 %s -o %t.plain
// RUN: %t a.b abcdefghi >%t.1 && %t.plain a.b abcdefghi >%t.2 && cmp %t.1 %t.2
// RUN: %t ab. abcdef >%t.1 && %t.plain ab. abcdef >%t.2 && cmp %t.1 %t.2
// RUN: %t . "" >%t.1 && %t.plain . "" >%t.2 && cmp %t.1 %t.2
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APART __attribute__((noinline))
APART void out(int c) { putchar(c); }

// CHECK-LABEL: @counted(
// ONE-COUNT-3: load i8
// TWO-COUNT-9: load i8
// CHECK-NOT: load i8
APART void counted(unsigned *counts, const unsigned char *p, unsigned long n) {
  for (unsigned long i = 0; i < n; ++i, p += 3) {
    ++counts[p[0]];
    ++counts[p[1]];
    ++counts[p[2]];
  }
}

// CHECK-LABEL: @searched(
// ONE-COUNT-1: load i8
// TWO-COUNT-4: load i8
// CHECK-NOT: load i8
APART unsigned long searched(const char *p) {
  unsigned long at = 0;
  while (p[at] != '.')
    ++at;
  return at;
}

// CHECK-LABEL: @inner(
// ONE-COUNT-1: load i8
// TWO-COUNT-4: load i8
// CHECK-NOT: load i8
APART unsigned long inner(const char *volatile *lines, unsigned long n) {
  unsigned long at = 0;
#pragma nounroll
  for (unsigned long i = 0; i < n; ++i)
    while (lines[i][at] != '.')
      ++at;
  return at;
}

// CHECK-LABEL: @deep(
// CHECK-COUNT-1: load i8
// CHECK-NOT: load i8
APART unsigned long deep(const char *volatile **pages, unsigned long n,
                         unsigned long m) {
  unsigned long at = 0;
#pragma nounroll
  for (unsigned long i = 0; i < n; ++i)
#pragma nounroll
    for (unsigned long j = 0; j < m; ++j)
      while (pages[i][j][at] != '.')
        ++at;
  return at;
}

// CHECK-LABEL: @calling(
// CHECK-COUNT-1: call {{.*}}@out
// CHECK-NOT: call {{.*}}@out
APART void calling(const char *p, unsigned long n) {
  for (unsigned long i = 0; i < n; ++i)
    out(p[i]);
}

// CHECK-LABEL: @decided(
// CHECK-COUNT-1: load i8
// CHECK-NOT: load i8
APART unsigned long decided(const char *p) {
  unsigned long at = 0;
#pragma nounroll
  while (p[at] != '.')
    ++at;
  return at;
}

// CHECK-LABEL: @nearest(
// ONE-COUNT-3: load i32
// TWO-COUNT-15: load i32
// CHECK-NOT: load i32
APART unsigned nearest(const unsigned (*means)[3], unsigned long n, unsigned x) {
  unsigned best = -1u, owner = 0;
  for (unsigned long i = 0; i < n; ++i) {
    unsigned a = means[i][0] - x, b = means[i][1] - x, c = means[i][2] - x;
    unsigned far = a * a + b * b + c * c;
    if (far < best) {
      best = far;
      owner = (unsigned)i;
    }
  }
  return owner;
}

// CHECK-LABEL: @filtered(
// CHECK-COUNT-2: load i8
// CHECK-NOT: load i8
APART void filtered(const char *p, char *to) {
  for (unsigned long i = 0; p[i]; ++i) {
    unsigned c = (unsigned char)p[i] * 5u + 3u;
    c = (c << 3 | c >> 29) ^ (c & 15u);
    to[i] = (char)(c > 999u ? c * 7u : c + (unsigned)i);
  }
}

// The vectorizer makes one or two vectors of a turn.
// CHECK-LABEL: @rows(
// TWO-COUNT-8: load <4 x i32>
APART void rows(unsigned *to, const unsigned *restrict from, unsigned long n) {
  for (unsigned long i = 0; i < n; ++i)
    to[i] += 5 * from[i];
}

// Three deep, too.
// CHECK-LABEL: @product(
// TWO-COUNT-8: load <4 x i32>
APART void product(unsigned (*restrict to)[40], const unsigned (*restrict from)[40],
                   unsigned long n) {
#pragma nounroll
  for (unsigned long i = 0; i < n; ++i)
#pragma nounroll
    for (unsigned long k = 0; k < n; ++k)
      for (unsigned long j = 0; j < n; ++j)
        to[i][j] += from[i][k] * from[k][j];
}

// Stores nothing.
// CHECK-LABEL: @total(
// TWO-COUNT-2: load <4 x i32>
// TWO-NOT: load <4 x i32>
APART unsigned total(const unsigned *from, unsigned long n) {
  unsigned sum = 0;
  for (unsigned long i = 0; i < n; ++i)
    sum += from[i];
  return sum;
}

// CHECK-LABEL: @main(
int main(int argc, char **argv) {
  if (argc != 3)
    return 2;
  unsigned counts[256] = {0};
  char *text = argv[2];
  unsigned long n = strlen(text) / 3;
  counted(counts, (const unsigned char *)text, n);
  calling(text, n);
  char to[64] = "";
  filtered(text, to);
  unsigned row[37] = {0};
  rows(row, counts + 90, n * 12 < 37 ? n * 12 : 37);
  unsigned a[40][40] = {{0}}, b[40][40];
  for (unsigned i = 0; i < 1600; ++i)
    b[i / 40][i % 40] = i * 7 + 1;
  product(a, (const unsigned (*)[40])b, 33 + n);
  for (unsigned i = 0; i < 37; ++i)
    printf("%u %u ", row[i], a[i][i]);
  printf("%u ", total(&a[0][0], 1597));
  printf("%s %u", to, nearest((const unsigned(*)[3])counts, n * 5, 1));
  const char *volatile lines[] = {argv[1], argv[1]}, *volatile *pages[] = {lines, lines};
  printf(" %lu %lu %lu %lu", searched(argv[1]), decided(argv[1]),
         inner(lines, 2), deep(pages, 2, 2));
  for (int i = 0; i < 256; ++i)
    printf(" %u", counts[i]);
  return 0;
}
