// The upper half of a register is cleared before both copies use it as a whole; not once
// more where the instruction that made the lower half has done it.
// RUN: %harden -O2 -S %s -o - | FileCheck %s

unsigned made(const unsigned char *p, unsigned b) { return *p * b * 5; }
// CHECK-LABEL: made:
// CHECK: imull
// CHECK: imull
// CHECK-NOT: movl
// CHECK: leal (%r[[A:[a-z0-9]+]],%r[[A]],4)
// CHECK-NOT: movl
// CHECK: leal (%r[[B:[a-z0-9]+]],%r[[B]],4)

// An argument may have anything there.
unsigned given(unsigned a) { return a * 5; }
// CHECK-LABEL: given:
// CHECK: movl %edi, %eax
// CHECK: movl %edi, %e[[C:[a-z]+]]
// CHECK: leal (%r[[C]],%r[[C]],4)
