// Bounds of a table that seldom moves go with its pointer through the loop; those
// of a pointer that is another one each turn are computed there.
// RUN: %crit_bl -O2 -fno-vectorize -fno-slp-vectorize -fno-unroll-loops -fno-discard-value-names -S -emit-llvm %s -o - | FileCheck %s
// RUN: %crit_bl -O2 %s -o %t && %t | FileCheck %s --check-prefix=OUT
// RUN: %crit_bl -O2 -fcrit-bounds=strict %s -o %t && %t | FileCheck %s --check-prefix=OUT
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
__attribute__((noinline)) long fill(struct table *t, const unsigned *in) {
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
    unsigned long i = *in++ * 2654435761u % size;
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

int main(void) {
  struct table t = {calloc(2, sizeof(long)), 2, 0};
  unsigned in[2001];
  for (unsigned i = 0; i < 2000; i++)
    in[i] = i + 1;
  in[2000] = 0;
  long used = fill(&t, in), sum = 0;
  for (unsigned long i = 0; i < t.size; i++)
    sum += t.at[i];
  struct list b = {NULL, {1, 2, 3, 4}}, a = {&b, {5, 6, 7, 8}};
  // OUT: {{^}}used 1, sum 2000, last 10
  printf("used %d, sum %ld, last %ld\n", used > 100, sum, last(&a, 2));
  // Out of bounds after it has moved: kept, and the neighbour is not touched.
  long *next = calloc(t.size, sizeof(long));
  unsigned long far = t.size + 3;
  t.at[far] = 99;
  // OUT-NEXT: kept 99, neighbour 0
  printf("kept %ld, neighbour %ld\n", t.at[far], next[3]);
}
