// A naked function is its programmer's assembly: left alone, with its reason.
// RUN: %harden -O2 -c %s -o %t.o && %show %t.o bare | FileCheck %s
__attribute__((naked)) void bare(void) { __asm__("nop\n\tret"); }
// CHECK: record bare: none {{.*}} reason:naked=
// CHECK-NEXT: bare:
// CHECK-NEXT: nop
// CHECK-NEXT: retq
