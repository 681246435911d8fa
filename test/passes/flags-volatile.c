// A volatile access between an instruction and the reader of its flags: what was
// stored before is compared behind the reader, where there is room, and behind
// the copies that are made there (once in front of them: seed 5010 of csmith).
// RUN: %harden -O2 -fno-pic -c %s -o %t.o
// RUN: %show %t.o f | FileCheck %s
// RUN: crit-clang -fcrit=haft -O2 -fno-pic -mllvm -verify-machineinstrs -c %s -o %t.haft.o
// RUN: crit-clang -fcrit=delta -O2 -fno-pic -mllvm -verify-machineinstrs -c %s -o %t.delta.o
typedef unsigned long u64;
volatile u64 v;
static u64 g, h;
_Bool flag;
u64 *get(int i) { return i ? &g : &h; }

void f(u64 a) {
  u64 x = a ^ g;
  g = x;
  h = v;
  flag = x != 0;
}
// CHECK: record f: {{.*}} store-value=3
// CHECK: movq %rdi, [[A:%[a-z0-9]+]]
// CHECK: xorq %rdi, [[X:%[a-z0-9]+]]
// CHECK: setne
// CHECK-NEXT: xorq [[A]], [[Y:%[a-z0-9]+]]
// CHECK-NEXT: setne
// CHECK: cmpq [[Y]], [[X]]
// CHECK-NEXT: jne <store-value>
