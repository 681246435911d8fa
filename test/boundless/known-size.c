// Variables of known size: what is always inside is not checked, what may be
// outside is.
// RUN: %crit_bl -O2 -S -emit-llvm %s -o - | FileCheck %s
static int table[16];
int *use(void) { return table; }

// CHECK-LABEL: @masked(
// CHECK-NOT: preserve_mostcc
// CHECK: ret i32
int masked(unsigned i) { return table[i & 15]; }

// CHECK-LABEL: @masked_too_far(
// CHECK: preserve_mostcc
// CHECK: ret i32
int masked_too_far(unsigned i) { return table[i & 31]; }

// A constant outside stays a check that always fails.
// CHECK-LABEL: @outside(
// CHECK: preserve_mostcc
// CHECK: ret i32
int outside(void) {
  int *volatile p = table;
  (void)p;
  int i = 100;
  __asm__("" : "+r"(i));
  return table[i];
}
