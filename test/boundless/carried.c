// Bounds of a table that seldom moves go with its pointer through the loop; those
// of a pointer that is another one each turn are computed there.
// RUN: %crit_bl -O2 -fno-vectorize -fno-slp-vectorize -fno-unroll-loops -fno-discard-value-names -S -emit-llvm %s -o - | FileCheck %s
// In bounds no report; out of bounds, after the table has moved, kept, and no
// neighbour is touched.
// DEFINE: %{strict} =
// DEFINE: %{run} = %crit_bl -O2 %{strict} %s -o %t && env CRIT_OPTIONS=bounds=first %t && %t far | FileCheck %s --check-prefix=OUT
// RUN: %{run}
// REDEFINE: %{strict} = -fcrit-bounds=strict
// RUN: %{run}
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct table {
  long *at;
  unsigned long size, used;
};

// CHECK-LABEL: @fill(
// CHECK: %crit.base{{[0-9]*}} = mul
// CHECK: while.body:
// CHECK-NOT: %crit.base{{[0-9]*}} = mul
// CHECK: @realloc
// CHECK: %crit.base{{[0-9]*}} = mul
// CHECK: {{^}}if.end{{[0-9]*}}: {{.*}}%while.body
// CHECK-NOT: %crit.base{{[0-9]*}} = mul
// CHECK-LABEL: @last(
__attribute__((noinline)) long fill(struct table *t, const unsigned *in,
                                    unsigned far, unsigned long skip) {
  long *at = t->at;
  unsigned long size = t->size, used = t->used;
  while (*in) {
    if (__builtin_expect(used == size, 0)) {
      size *= 2;
      at = realloc(at, size * sizeof(*at));
      if (!at)
        abort();
      memset(at + used, 0, (size - used) * sizeof(*at));
    }
    unsigned long i = *in * 2654435761u % size + (*in == far ? skip : 0);
    in++;
    used += !at[i];
    at[i] = at[i] + 1;
  }
  t->at = at, t->size = size, t->used = used;
  return (long)used;
}

struct list {
  struct list *next;
  long at[4];
};

// CHECK: %crit.base{{[0-9]*}} = mul
// CHECK: ret i64
__attribute__((noinline)) long last(struct list *l, unsigned long i) {
  long sum = 0;
  for (; l; l = l->next)
    sum += l->at[i];
  return sum;
}

int main(int argc, char **argv) {
  (void)argv;
  struct table t = {calloc(2, sizeof(long)), 2, 0}, moved = t;
  moved.at = calloc(2, sizeof(long));
  unsigned in[2001];
  for (unsigned i = 0; i < 2000; i++)
    in[i] = i + 1;
  in[2000] = 0;
  long used = fill(&t, in, 0, 0), sum = 0, others = 0;
  for (unsigned long i = 0; i < t.size; i++)
    sum += t.at[i];
  struct list b = {NULL, {1, 2, 3, 4}}, a = {&b, {5, 6, 7, 8}};
  if (used <= 100 || sum != 2000 || last(&a, 2) != 10)
    return 1;
  // The slot between them is the one that the second table comes to.
  long *near[8];
  for (int i = 0; i < 8; i++)
    near[i] = calloc(t.size, sizeof(long));
  unsigned long skip = ((char *)near[5] - (char *)near[4]) / sizeof(long);
  free(near[4]);
  fill(&moved, in, argc > 1 ? 2000 : 0, skip);
  sum = 0;
  for (unsigned long i = 0; i < moved.size; i++)
    sum += moved.at[i];
  for (int i = 0; i < 8; i++)
    for (unsigned long n = 0; i != 4 && n < t.size; n++)
      others += near[i][n];
  // OUT: {{^}}sum 1999, between 1, others 0
  printf("sum %ld, between %d, others %ld\n", sum, moved.at == near[4], others);
  return others != 0;
}
