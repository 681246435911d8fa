// Balanced: an access at one of two constant distances, both a word's, is one to a
// field. One of more, and an address between words that leaves, are checked.
// RUN: %crit_bl -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefixes=CHECK,BALANCED
// RUN: %crit_bl -O2 -fcrit-bounds=strict -S -emit-llvm %s -o - | FileCheck %s --check-prefixes=CHECK,STRICT
// RUN: %crit_bl -O2 -DRUN %s -o %t && %t 2>&1 | FileCheck %s --check-prefix=OUT
#include <stdio.h>
#include <stdlib.h>
struct item {
  unsigned flags;
  char data[];
};
void take(char *p);

// CHECK-LABEL: @either(
// BALANCED-NOT: preserve_mostcc
// STRICT: preserve_mostcc
// CHECK: ret i32
int either(struct item *p, unsigned f) { return p->data[(f & 2) << 2]; }

// CHECK-LABEL: @passed(
// BALANCED-NOT: preserve_mostcc
// STRICT: preserve_mostcc
// CHECK: ret void
void passed(struct item *p) { take(p->data + ((p->flags & 2) << 2)); }

// CHECK-LABEL: @four(
// CHECK: preserve_mostcc
// CHECK: ret i32
__attribute__((noinline)) int four(int *p, unsigned i, int v) {
  int old = p[i & 3];
  p[i & 3] = v;
  return old;
}

// CHECK-LABEL: @between(
// CHECK: preserve_mostcc
// CHECK: ret void
void between(struct item *p) { take(p->data + (p->flags & 1)); }

// CHECK-LABEL: @small(
// CHECK: preserve_mostcc
// CHECK: ret ptr
int *small(unsigned i) {
  int *p = malloc(4);
  p[(i & 1) * 64] = 7;
  return p;
}

#ifdef RUN
void take(char *p) {}
int main(int argc, char **argv) {
  int *a = malloc(8), *b = malloc(8);
  b[0] = 1;
  four(a, argc + 1, 55); // behind a, in its slot
  for (int i = 4; i < 8; ++i)
    four(a + i * argc, 3, i);
  int *c = small(argc);
  printf("%d %d %d\n", b[0], four(a + 7 * argc, 3, 0), c[64 * argc]);
  // OUT: 1 7 7
}
#endif
