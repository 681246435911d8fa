// Blocks are ordered once more when every branch is decided twice: what usually
// runs is one run of code up to the return, without what handles rare cases or
// failures in between. LLVM's order has `h` before the return here.
// RUN: %crit_clang -fcrit=haft -O2 -mllvm -verify-machineinstrs -c %s -o %t.o
// RUN: %show %t.o rare | FileCheck %s
// RUN: %crit_clang -fcrit=haft -O2 -mllvm -verify-machineinstrs -c -DUSUAL=1 %s -o %t1.o
// RUN: %show %t1.o rare | FileCheck --check-prefix=USUAL %s

int g(int), h(int);
#ifndef USUAL
#define USUAL 0
#endif

int rare(int a, int b) {
  int r = g(a);
  if (__builtin_expect(r < 0, USUAL))
    r = h(b);
  if (__builtin_expect(b == r, 0))
    r += h(a);
  return g(r);
}
// CHECK: record rare:
// CHECK: callq g
// CHECK-NOT: callq
// CHECK-NOT: jmp L
// CHECK: jmp g
// CHECK: callq h
// CHECK: callq h

// USUAL: callq g
// USUAL-NOT: jmp
// USUAL: callq h
// USUAL-NOT: jmp L
// USUAL-NOT: callq
// USUAL: jmp g
// USUAL: callq h
