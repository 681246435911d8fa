// Variables of another file: inside of what their type says no bounds are needed.
// What lies beyond may belong to a longer one, and is the runtime's to say.
// RUN: rm -rf %t && split-file %s %t
// RUN: %crit_bl -O2 -S -emit-llvm %t/use.c -o - | FileCheck %s
// RUN: %crit_bl -O2 %t/use.c %t/other.c -o %t/run && %t/run 2>%t/err | FileCheck %s --check-prefix=OUT
// RUN: FileCheck %s --check-prefix=ERR --input-file=%t/err
// RUN: %crit_bl -O0 %t/use.c %t/other.c -o %t/run0 && %t/run0 2>%t/err | FileCheck %s --check-prefix=OUT
// RUN: %crit_bl -O2 %t/use.c -c -o %t/use.o && %clang -O2 %t/other.c -c -o %t/other.o
// RUN: %crit_bl %t/use.o %t/other.o -o %t/mixed && %t/mixed small | FileCheck %s --check-prefix=MIXED

//--- use.c
#include <stdio.h>
extern struct fixed { int *own; int a[8]; } fixed;
extern struct open { int *own; int a[4]; int more[]; } open;
extern struct longer { int n; int a[4]; } longer;
extern struct listed { int n, m; } first;
extern int guard[4];
extern struct maybe { int a[8]; } maybe __attribute__((weak));

// CHECK-LABEL: @getFixed(
// CHECK-NOT: i128
// CHECK: preserve_mostcc
// CHECK: ret i32
int getFixed(long i) { return fixed.a[i]; }

// CHECK-LABEL: @putFixed(
// CHECK-NOT: i128
// CHECK: preserve_mostcc
// CHECK: ret void
void putFixed(long i, int v) { fixed.a[i] = v; }

// CHECK-LABEL: @pointFixed(
// CHECK-NOT: i128
// CHECK: preserve_mostcc
// CHECK: ret ptr
int *pointFixed(long i) { return &fixed.a[i]; }

// CHECK-LABEL: @always(
// CHECK-NOT: preserve_mostcc
// CHECK: ret i32
int always(unsigned i) { return fixed.a[i & 7]; }

// CHECK-LABEL: @nearly(
// CHECK: preserve_mostcc
// CHECK: ret i32
int nearly(unsigned i) { return fixed.a[i & 15]; }

// A flexible array: its type says nothing.
// CHECK-LABEL: @getOpen(
// CHECK: i128
// CHECK: ret i32
int getOpen(long i) { return open.more[i]; }

int getLonger(long i) { return longer.a[i]; }

// The first of a list, perhaps.
// CHECK-LABEL: @getListed(
// CHECK: i128
// CHECK: ret i32
int getListed(long i) { return (&first)[i].n; }

// CHECK-LABEL: @getMaybe(
// CHECK: i128
// CHECK: ret i32
int getMaybe(long i) { return maybe.a[i]; }

int main(int argc, char **argv) {
  int Wrong = 0;
  for (int i = 0; i < 8; ++i)
    putFixed(i, i);
  for (int i = 0; i < 8; ++i)
    Wrong += getFixed(i) != i || *pointFixed(i) != i;
  // Longer than declared here: all of it is there.
  for (int i = 0; i < 12; ++i)
    Wrong += getLonger(i) != i + 1;
  printf("wrong %d\n", Wrong);
  // OUT: wrong 0
  // MIXED: wrong 0
  if (argc > 1)
    return 0;
  for (int i = 8; i < 600; ++i)
    putFixed(i, i);
  for (int i = 8; i < 600; ++i)
    Wrong += getFixed(i) != i || (i > 10 && *pointFixed(i) != i);
  for (int i = 0; i < 4; ++i)
    Wrong += guard[i] != 7;
  printf("kept %d, behind %d\n", Wrong, getLonger(15));
  // OUT: kept 0, behind 0
}
// ERR-NOT: getLonger
// ERR: write of {{.*}} of a global object with room for 48 bytes
// ERR: read of 4 bytes at offset 64 of a global object with room for 64 bytes

//--- other.c
struct fixed { int *own; int a[8]; } fixed;
int guard[4] = {7, 7, 7, 7};
struct open { int *own; int a[4]; int more[]; } open;
struct longer { int n; int a[12]; } longer = {0, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
struct listed { int n, m; } first;
int other(void) { return fixed.a[0]; }
