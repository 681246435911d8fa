// Strict: for fields the bytes behind the pointer are enough, by two multiplications and
// no base. Where the table knows nothing (images, the window) the check fails and the
// runtime is asked: once in front where there are several checks.
// RUN: %crit_bl -O2 -fcrit-bounds=strict -S -emit-llvm %s -o - | FileCheck %s
// RUN: %crit_bl -O2 -fcrit-bounds=strict -DRUN %s -o %t && env CRIT_OPTIONS=quiet=1 %t | FileCheck %s --check-prefix=OUT
// RUN: %crit_bl -O0 -fcrit-bounds=strict -DRUN %s -o %t && env CRIT_OPTIONS=quiet=1 %t | FileCheck %s --check-prefix=OUT
// RUN: %crit_bl -O2 -fcrit-bounds=strict -fcrit=haft,boundless -DRUN %s -o %t && env CRIT_OPTIONS=quiet=1 %t | FileCheck %s --check-prefix=OUT
// RUN: %crit_bl -O2 -fcrit-bounds=strict -DRUN -DPROPER %s -o %t && env CRIT_OPTIONS=bounds=first %t | FileCheck %s --check-prefix=PROPER
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define NOINLINE __attribute__((noinline))

struct node {
  long a;
  long b, c;
  char d[24];
};
struct distant {
  char pad[70000];
  int v;
};

// The access itself has the address in it: the load is there twice, and so is the
// address, each in its branch. (2146467880: Lookup.)
// CHECK-LABEL: @field(
// CHECK-NOT: 2146467880
// CHECK-NOT: getelementptr inbounds
// CHECK: mul i64
// CHECK: mul nuw i128
// CHECK-NOT: mul {{.*}}i64
// CHECK: icmp ult i64 %{{.*}}, 16
// CHECK: br i1
// CHECK-NOT: phi ptr
// CHECK: call preserve_mostcc ptr
// CHECK: phi i64
// CHECK: ret i64
NOINLINE long field(struct node *p) { return p->b; }

// Several checks: asked once.
// CHECK-LABEL: @either(
// CHECK-COUNT-1: mul nuw i128
// CHECK-NOT: mul nuw i128
// CHECK-COUNT-1: 2146467880
// CHECK-NOT: 2146467880
// CHECK: ret i64
NOINLINE long either(struct node *p, long n) {
  if (n & 1)
    return p->b * 3;
  return p->c / n;
}

// What lies below: the pointer's own byte is part of what has to fit, for the slot
// before it would have room for the rest.
// CHECK-LABEL: @before(
// CHECK: add i64 %{{.*}}, -2
// CHECK: icmp ult i64 %{{.*}}, 3
// CHECK: ret i32
NOINLINE int before(const short *p) { return p[-1]; }

// An index may be negative: that takes the base.
// CHECK-LABEL: @indexed(
// CHECK: getelementptr inbounds
// CHECK: mul nuw i128
// CHECK: mul i64 %{{.*}}, %
// CHECK: 2146467880
// CHECK: icmp ugt
// CHECK: ret i64
NOINLINE long indexed(const long *p, long i) { return p[i]; }

// Bounds that are there for an index serve fields, too.
// CHECK-LABEL: @both(
// CHECK: mul nuw i128
// CHECK-NOT: mul nuw i128
// CHECK: ret i64
NOINLINE long both(const long *p, long i) { return p[i] + p[3]; }

NOINLINE void put(struct distant *p, int v) { p->v = v; }
NOINLINE int get(struct distant *p) { return p->v; }

#ifdef RUN
static struct node Table[4], Behind[4];

int main(int argc, char **argv) {
  enum { Num = 4, Size = 111 };
  char *a[Num];
  size_t Room = Size;
#ifdef PROPER
  Room = 2 * sizeof(struct distant);
#endif
  for (int i = 0; i < Num; ++i)
    memset(a[i] = malloc(Room), 0x5a, Room);
  // Pointers that left their object, to fields that lie beyond their chunk.
  for (int i = 0; i < Num; ++i)
    put((struct distant *)(a[i] + (Size + 1) * argc), i + 10);
  int Kept = 0, Bad = 0;
  for (int i = 0; i < Num; ++i) {
    Kept += get((struct distant *)(a[i] + (Size + 1) * argc)) == i + 10;
    Kept += *(int *)(a[i] + Size + 1 + 70000L * argc) == i + 10;
    for (int k = 0; k < Size; ++k)
      Bad += a[i][k] != 0x5a;
  }
  printf("kept %d changed %d\n", Kept, Bad);
  // Of an image.
  for (int i = 0; i < Num; ++i) {
    Table[i].b = i;
    Table[i].c = 4 * i;
    memset(&Behind[i], 0x77, sizeof(Behind[i]));
  }
  long Sum = 0;
  for (int i = 0; i < Num; ++i)
    Sum = Sum * 10 + field(&Table[i * argc]) + either(&Table[i], 1) + either(&Table[i], 2);
  printf("image %ld %ld %ld %d\n", Sum, indexed(&Table[0].a, 7), both(&Table[0].a, 7),
         before((short *)&Table[1].b));
#ifndef PROPER
  // Below the first byte of a slot lie the last of another's.
  int Zero = 0;
  for (int i = 0; i < Num; ++i)
    Zero += before((short *)a[i]) == 0;
  printf("zero %d out %ld %ld\n", Zero, field(&Table[4 * argc]), either(&Table[4 * argc], 1));
#endif
}
#endif
// OUT: kept 8 changed 0
// OUT: image 738 1 1 0
// OUT: zero 4 out 0 0
// PROPER: kept 8 changed 0
// PROPER: image 738 1 1 0
