// memcpy, memset, memcmp, memchr of a length that is an argument: libc's own where
// all of it is in bounds, else through the runtime. Always libc's only where no
// length and no index can leave the object.
// RUN: %crit_bl -O2 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %crit_bl -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=PLACED
// RUN: %crit_bl -Os -S -emit-llvm %s -o - | FileCheck %s --check-prefix=SMALL
// RUN: %crit_bl -O2 -DRUN %s -o %t && %t | FileCheck %s --check-prefix=OUT
// RUN: %crit_bl -O0 -DRUN %s -o %t && %t | FileCheck %s --check-prefix=OUT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// CHECK-LABEL: @copy(
// CHECK-COUNT-2: mul nuw i128
// CHECK-NOT: mul nuw i128
// CHECK-NOT: icmp uge
// CHECK: uadd.with.overflow
// CHECK: icmp ugt
// CHECK: br i1
// CHECK: call void @llvm.memcpy
// CHECK: inttoptr (i64 21464{{[0-9]+}} to ptr)
// CHECK: ret void
// SMALL-LABEL: @copy(
// SMALL-NOT: call void @llvm.memcpy
// SMALL: ret void
void copy(char *d, const char *s, size_t n) { memcpy(d, s, n); }

// From a place that varies: that may lie below the object.
// PLACED-LABEL: @copyTo(
// PLACED-NOT: uadd.with.overflow
// PLACED: icmp uge
// PLACED: icmp ugt
// PLACED: call void @llvm.memset
void copyTo(char *d, long at, size_t n) { memset(d + at, 1, n); }

// CHECK-LABEL: @differ(
// CHECK: br i1
// CHECK: call i32 @{{memcmp|bcmp}}(
// CHECK: phi i32
// CHECK: ret i32
int differ(const char *a, const char *b, size_t n) { return memcmp(a, b, n); }

// CHECK-LABEL: @always(
// CHECK-NOT: icmp
// CHECK: br i1 true
// CHECK-NOT: icmp
// CHECK: ret i32
int always(unsigned n, unsigned i, int c) {
  static char buffer[64];
  memset(buffer + (i & 15), c, n & 31);
  return buffer[i & 15];
}

// One more than there is room for.
// CHECK-LABEL: @nearly(
// CHECK-NOT: br i1 true
// CHECK: icmp ugt
// CHECK: ret i32
int nearly(unsigned n, unsigned i, int c) {
  static char buffer[64];
  memset(buffer + (i & 63), c, n & 31);
  return buffer[i & 63];
}

// As long as a constant both strings are in bounds: nothing beyond is looked at.
// CHECK-LABEL: @isGet(
// CHECK: mul nuw i128
// CHECK-NOT: mul nuw i128
// CHECK: br i1
// CHECK: call i32 @strcmp(
// CHECK: call i32 @strncasecmp(
// CHECK: ret i32
int isGet(const char *p) {
  return strcmp(p, "get") < 0 ? 1 : strncasecmp("incr and decr", p, 6) < 0 ? 2 : 3;
}

// No constant, no end: the runtime's.
// CHECK-LABEL: @same(
// CHECK-NOT: call i32 @strcmp(
// CHECK: ret i32
int same(const char *p, const char *q) { return strcmp(p, q) < 0; }

#ifdef RUN
// Strings that end at the end of their object, or not at all; N bytes fit.
static int compares(int n, int argc) {
  char *p = malloc(112 * argc - 1), *q = malloc(111 * argc);
  memset(q, 't', 111);
  memset(p, 'g', 112 * argc);
  memcpy(p + 112 - n, "get", n < 3 * argc ? n : 3);
  if (n > 3)
    p[111 * argc + 4 - n] = 0;
  int R = isGet(p + 112 - n);
  return R * 10 + same(p + 112 - n, "get");
}

int main(int argc, char **argv) {
  volatile size_t n = 160 * argc;
  char *a = malloc(111), *b = malloc(111), *c = malloc(111);
  memset(b, 'b', 111);
  memset(c, 'c', 111);
  memset(a, 0, 111);
  char Text[200];
  for (unsigned i = 0; i < sizeof(Text); ++i)
    Text[i] = 'A' + i % 26;
  copy(a, Text, n); // 49 bytes behind a
  char Back[200] = "";
  copy(Back, a, n);
  int Whole = differ(Back, Text, n) == 0 && differ(a, Text, n) == 0;
  copy(a + 20 * argc, Text, n - 100);
  memset(a, 'z', (size_t)-33 * argc); // a length no object has
  memset(a + 111 * argc, 'y', n);
  char *At = memchr(a + 112 * argc, 'y', n);
  int Kept = At && At - (a + 112 * argc) != 1;
  for (int i = 0; i < 111; ++i)
    Kept += (b[i] != 'b' || c[i] != 'c') * 2;
  printf("whole %d kept %d\n", Whole, Kept);
  // OUT: whole 1 kept 1
  // "", "g", "ge" are less than "get", all of it is not.
  for (int n = 1; n < 6; ++n)
    printf("%d ", compares(n, argc));
  // OUT: 11 11 30 30 30
}
#endif
