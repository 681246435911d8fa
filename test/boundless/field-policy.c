// Balanced: a field at a constant distance is not checked, an index is. Strict
// checks both.
// RUN: %crit_bl -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefixes=CHECK,BALANCED
// RUN: %crit_bl -O2 -fcrit-bounds=strict -S -emit-llvm %s -o - | FileCheck %s --check-prefixes=CHECK,STRICT
struct s { int a, b; };

// CHECK-LABEL: @field(
// BALANCED-NOT: preserve_mostcc
// STRICT: preserve_mostcc
// CHECK: ret i32
int field(struct s *p) { return p->b; }

// CHECK-LABEL: @element(
// CHECK: preserve_mostcc
// CHECK: ret i32
int element(int *p, long i) { return p[i]; }
