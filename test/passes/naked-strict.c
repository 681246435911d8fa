// What is left alone for another reason than policy is said, also when a whole
// function is.
// RUN: %harden -O2 -c %s -o %t.o -Rpass-missed=crit 2>&1 | FileCheck %s
// RUN: not crit-clang -O2 -c %s -o %t.o -fcrit-strict
__attribute__((naked)) void bare(void) { __asm__("ret"); }
// CHECK: remark: not protected: naked function (in bare)
