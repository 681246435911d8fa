// Strict: what starts where a pointer points and is as long as the pointer is aligned
// cannot leave its slot. That it is aligned has to be seen: a compiler believes it.
// RUN: %crit_bl -O2 -fcrit-bounds=strict -S -emit-llvm %s -o - | FileCheck %s
// RUN: %crit_bl -O2 -fcrit-bounds=strict -DRUN %s -o %t && env CRIT_OPTIONS=quiet=1 %t | FileCheck %s --check-prefix=OUT
// RUN: %crit_bl -O0 -fcrit-bounds=strict -DRUN %s -o %t && env CRIT_OPTIONS=quiet=1 %t | FileCheck %s --check-prefix=OUT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define NOINLINE __attribute__((noinline))

// CHECK-LABEL: @byte(
// CHECK-NOT: br i1
// CHECK: ret i32
NOINLINE int byte(const char *p) { return *p; }

// CHECK-LABEL: @next(
// CHECK: mul nuw i128
// CHECK: ret i32
NOINLINE int next(const char *p) { return p[1]; }

// CHECK-LABEL: @word(
// CHECK: and i64 %{{.*}}, 7
// CHECK-NOT: i128
// CHECK: preserve_mostcc
// CHECK: ret i64
NOINLINE long word(const long *p) { return *p; }

// CHECK-LABEL: @put(
// CHECK: and i64 %{{.*}}, 7
// CHECK-NOT: i128
// CHECK: preserve_mostcc
// CHECK: ret void
NOINLINE void put(long *p, long v) { *p = v; }

// Sixteen bytes may be two items of 24 bytes each.
// CHECK-LABEL: @pair(
// CHECK: mul nuw i128
// CHECK: ret void
typedef __int128 wide;
NOINLINE void pair(wide *p, wide v) { *p = v; }

// Not aligned by what the compiler knows.
// CHECK-LABEL: @packed(
// CHECK: mul nuw i128
// CHECK: ret i64
typedef long loose __attribute__((aligned(1)));
NOINLINE long packed(const loose *p) { return *p; }

// The second word is another matter.
// CHECK-LABEL: @second(
// CHECK: mul nuw i128
// CHECK: ret i64
NOINLINE long second(const long *p) { return p[1]; }

#ifdef RUN
int main(int argc, char **argv) {
  char *a[4];
  for (int i = 0; i < 4; ++i)
    memset(a[i] = malloc(111), 0x11 * (i + 1), 111);
  // Over the end of each, by four bytes; the slots lie side by side.
  for (int i = 0; i < 4; ++i)
    put((long *)(a[i] + 108 * argc), -1);
  int Bad = 0, Kept = 0;
  for (int i = 0; i < 4; ++i) {
    Kept += word((long *)(a[i] + 108 * argc)) == -1 && packed((loose *)(a[i] + 108 * argc)) == -1;
    for (int k = 0; k < 108; ++k)
      Bad += byte(a[i] + k) != 0x11 * (i + 1);
  }
  put((long *)(a[0] + 104 * argc), 5); // aligned, in bounds
  printf("changed %d kept %d last %ld\n", Bad, Kept, word((long *)(a[0] + 104)));
  // OUT: changed 0 kept 4 last 5
}
#endif
