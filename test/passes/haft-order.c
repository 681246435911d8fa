// Where code that traps goes on is found by its address: a block that was moved takes
// with it what the table says of it. Here what is rare is behind the return, its region
// still the second one, which begins behind the first call. (Executed: haft-handlers.test.)
// RUN: %crit_clang -fcrit=haft -O2 -S %s -o %t.s
// RUN: FileCheck %s < %t.s
// A trap of the program's own is told to be behind its instruction: where another
// region begins, it would be that one's.
// RUN: FileCheck --check-prefix=BREAK %s < %t.s

long call(long);

long rare(long a, long *p) {
  long r = call(a);
  if (__builtin_expect(r > 7, 0))
    r += *p / a;
  return call(r) + 1;
}
// CHECK-LABEL: {{^}}rare:
// CHECK: callq call
// CHECK-NOT: idivq
// CHECK: retq
// CHECK: .Lcrit_order[[ID:[0-9]+]]_[[N:[0-9]+]]:
// CHECK: idivq
// CHECK: .Lcrit_behind[[ID]]_0:
// CHECK: .long .Lcrit_order[[ID]]_[[N]]-.
// CHECK-NOT: .Lcrit_order
// CHECK: .long .Lcrit_land[[ID]]_2-.

void stops(volatile long *p) {
  __asm__ volatile("int3");
  *p = 1;
}
// BREAK-LABEL: {{^}}stops:
// BREAK: int3
// BREAK-NOT: .Lcrit_at
// BREAK: nop
// BREAK-NEXT: {{#|.Lcrit_at}}
