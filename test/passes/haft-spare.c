// Behind a checkpoint that nothing goes back from, the stack pointer is compared once: the
// number of the region that begins is written before, and by its landing as well.
// (faults/cases/haft-stack-number.c)
// RUN: %crit_clang -fcrit=haft -O2 -mllvm -verify-machineinstrs -S %s -o - | FileCheck %s

long g(long), h(int);
long number(long a) {
  if (a & 1)
    a += g(a * 3);
  return a * 7;
}
// CHECK-LABEL: {{^}}number:
// CHECK: movq %r11, [[MARK:[0-9]*]](%rsp)
// CHECK: movl $1, [[NUMBER:[0-9]+]](%rsp)
// CHECK-NEXT: cmpq %rsp, [[MARK]](%rsp)
// CHECK-NOT: cmpq %rsp
// CHECK: testb
// CHECK: {{^}}.Lcrit_land{{[0-9]+}}_1:
// CHECK: movl $1, [[NUMBER]](%rsp)

// What is compared as an argument is not compared in its slot.
long both(long a) {
  long x = a * 5;
  return g(x) + x;
}
// CHECK-LABEL: {{^}}both:
// CHECK: leaq (%{{.*}}), [[X:%r[a-z0-9]+]]
// CHECK: movq [[X]], [[SLOT:[0-9]+]](%rsp)
// CHECK-NOT: cmpq %{{.*}}, [[SLOT]](%rsp)
// CHECK: callq g@PLT

// One that is only half of it is no argument.
long half(long a) {
  long x = a * 5;
  return h(x) + x;
}
// CHECK-LABEL: {{^}}half:
// CHECK: leaq (%{{.*}}), [[X:%r[a-z0-9]+]]
// CHECK: movq [[X]], [[SLOT:[0-9]+]](%rsp)
// CHECK: cmpq %{{.*}}, [[SLOT]](%rsp)
// CHECK: callq h@PLT
