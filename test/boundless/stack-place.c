// Arrays that move to a low-fat stack are taken where they are used: not at all
// where control does not come there, before loops and not in them, at once where a
// longjmp comes back.
// RUN: %crit_bl -O2 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %crit_bl -O2 -DRUN %s -o %t && %t 2>%t.err | FileCheck %s --check-prefix=OUT
// RUN: FileCheck %s --check-prefix=ERR --input-file=%t.err
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
void use(char *p);
void more(void);

// CHECK-LABEL: @rare(
// CHECK-NOT: llvm.read_register
// CHECK: br i1
// CHECK: llvm.read_register
// CHECK-NOT: llvm.read_register
// CHECK: ret void
__attribute__((noinline)) void rare(int c) {
  more();
  if (c) {
    char a[40];
    use(a);
    more();
  }
  more();
}

// CHECK-LABEL: @loop(
// CHECK: llvm.read_register
// CHECK-NOT: llvm.read_register
// CHECK: call void @use
__attribute__((noinline)) void loop(int n) {
  for (int i = 0; i < n; ++i) {
    char a[40];
    use(a);
  }
}

// CHECK-LABEL: @back(
// CHECK: llvm.read_register
// CHECK: @_setjmp
// CHECK: ret i32
jmp_buf Buffer;
__attribute__((noinline)) int back(int c) {
  if (setjmp(Buffer))
    return 1;
  if (c) {
    char a[40];
    use(a);
    longjmp(Buffer, 1);
  }
  return 0;
}

// Two of one class, in either order or one of them alone.
__attribute__((noinline)) int both(int c) {
  char a[40], b[40];
  int r = 0;
  if (c & 1) {
    use(a);
    r += a[0];
  }
  if (c & 2) {
    use(b);
    r += b[0];
  }
  if (c & 4) {
    use(a);
    r += a[39];
  }
  more();
  return r;
}

#ifdef RUN
static char *Last;
__attribute__((noinline)) void use(char *p) { memset(Last = p, 1, 40); }
__attribute__((noinline)) void more(void) { __asm__(""); }
int main(int argc, char **argv) {
  int Sum = 0;
  for (int i = 0; i < 200000; ++i) {
    Sum += both(i & 7);
    rare(i & 1);
    loop(i & 3);
    Sum += back(i & 1);
  }
  char *First = (rare(1), Last);
  rare(0);
  rare(1);
  printf("%d %d\n", Sum, First == Last);
  // OUT: 400000 1
  volatile int Far = 64 * argc;
  char a[40];
  use(a);
  *(volatile char *)(Last + Far) = 5; // a slot is 64 bytes
  // ERR: write of 1 byte at offset 64 of a stack object
}
#endif
