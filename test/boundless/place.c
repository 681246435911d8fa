// Bounds are computed where they are needed: in rare branches, if that is rarer in
// all; in front of the branch when every way uses them; in front of a loop.
// RUN: %crit_bl -O2 -fno-vectorize -S -emit-llvm %s -o - | FileCheck %s

// CHECK-LABEL: @rare(
// CHECK-NOT: i128
// CHECK: switch i32
// CHECK-COUNT-2: mul nuw i128
// CHECK-NOT: mul nuw i128
// CHECK: ret i32
int rare(int *p, long i, int c) {
  if (__builtin_expect(c == 77, 0))
    return p[i];
  if (__builtin_expect(c == 78, 0))
    return p[i + 1] * 2;
  return 0;
}

// CHECK-LABEL: @often(
// CHECK: mul nuw i128
// CHECK-NOT: mul nuw i128
// CHECK: ret i32
int often(int *p, long i, int c) {
  if (c & 1)
    return p[i];
  return p[i + 1] * 2;
}

// CHECK-LABEL: @loop(
// CHECK: mul nuw i128
// CHECK-NOT: mul nuw i128
// CHECK: ret i32
int loop(int *p, const unsigned char *s, int n) {
  int sum = 0;
  for (int i = 0; i < n; ++i)
    if (__builtin_expect(i % 100 == 99, 0))
      sum += p[(unsigned)sum % 50];
    else if (__builtin_expect(i % 100 == 49, 0))
      sum += p[(unsigned)sum % 70];
    else
      ++sum;
  return sum;
}

// Null or what an argument became: bounds are those of the argument.
// CHECK-LABEL: @next(
// CHECK: mul nuw i128
// CHECK-NOT: mul nuw i128
// CHECK: preserve_mostcc ptr
// CHECK: ret ptr
char *next(char *p, long n) {
  p += n;
  if (*p == 'x')
    return 0;
  return p;
}

// Another object's are not.
// CHECK-LABEL: @other(
// CHECK-COUNT-2: mul nuw i128
// CHECK: ret ptr
char *other(char *p, char *q, long n) {
  char *r = p + n;
  if (*r == 'x')
    r = q + n;
  return r;
}
