// What runs before the runtime has begun is left without checks, with a remark: resolvers
// of ifuncs, .preinit_array, and what they call. Their checks faulted.
// RUN: %crit_bl -O0 %s -o %t && %t | FileCheck %s
// RUN: %crit_bl -O2 %s -o %t && %t | FileCheck %s
// RUN: crit-clang -O0 %s -o %t && %t | FileCheck %s
// RUN: %crit_bl -O2 -fcrit-bounds=strict %s -o %t && %t | FileCheck %s
// RUN: %crit_bl -O0 -flto %s -o %t && %t | FileCheck %s
// CHECK: two early 3 kept
// RUN: %crit_bl -O0 -Rpass-missed=crit -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=REMARK
// REMARK-COUNT-3: before the runtime has begun
// REMARK-NOT: before the runtime has begun
#include <stdio.h>
#include <stdlib.h>
#define APART __attribute__((noinline))

struct row {
  const char *(*f)(void);
  int want;
};
static const char *one(void) { return "one"; }
static const char *two(void) { return "two"; }
static struct row rows[] = {{one, 0}, {two, 1}};
struct row *table = rows;
int pick = 1;

static APART struct row *find(struct row *r, int n, int want) {
  for (int i = 0; i < n; ++i)
    if (r[i].want == want)
      return &r[i];
  return r;
}
__attribute__((used)) static void *resolve(void) { return find(table, 2, pick)->f; }
const char *name(void) __attribute__((ifunc("resolve")));

int numbers[4] = {1, 2}, *sum = &numbers[3];
static void early(void) {
  for (int i = 0; i < 3; ++i)
    *sum += numbers[i];
}
__attribute__((section(".preinit_array"), used)) static void (*entry[])(void) = {early};

int main(int argc, char **argv) {
  int *p = malloc(16);
  p[3 + argc] = 7; // behind it: all else is checked as ever
  printf("%s early %d %s\n", name(), *sum, p[3 + argc] == 7 ? "kept" : "lost");
  free(p);
}
