// A second access through the same pointer takes the address the first arrived
// at; a wider one, and one through another pointer, are checked on their own.
// RUN: %crit_bl -O2 -S -emit-llvm %s -o - | FileCheck %s
void barrier(void);

// CHECK-LABEL: @twice(
// CHECK-COUNT-1: preserve_mostcc ptr
// CHECK-NOT: preserve_mostcc ptr
// CHECK: ret i32
int twice(volatile int *p, long i) {
  p[i] = 1;
  barrier();
  return p[i];
}

// CHECK-LABEL: @wider(
// CHECK-COUNT-2: preserve_mostcc ptr
// CHECK: ret i64
long wider(volatile int *p, long i) {
  int a = p[i];
  barrier();
  return *(volatile long *)&p[i] + a;
}

// CHECK-LABEL: @other(
// CHECK-COUNT-2: preserve_mostcc ptr
// CHECK: ret i32
int other(volatile int *p, long i, long j) {
  int a = p[i];
  barrier();
  return p[j] + a;
}
