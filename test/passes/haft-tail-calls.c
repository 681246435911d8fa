// Calls that would be made by a jump are calls, so that the caller keeps its frame; those of
// functions that may come back stay jumps, or they would need a frame for each time.
// RUN: %crit_clang -fcrit=haft -O2 -c %s -o %t.o
// RUN: llvm-objdump -dr --no-show-raw-insn --disassemble-symbols=begin,even,waits,asks,inner,passes,passed,musts %t.o | FileCheck %s
// CHECK-LABEL: <begin>:
// CHECK: callq{{.*}}<machine>
// CHECK: retq
// CHECK-LABEL: <even>:
// CHECK-NOT: callq
// CHECK: R_X86_64_PLT32 odd
// What is not known may call whom it was called by.
// CHECK-LABEL: <waits>:
// CHECK-NOT: callq
// CHECK: R_X86_64_PLT32 other
// CHECK-LABEL: <asks>:
// CHECK-NOT: callq
// CHECK: R_X86_64_PLT32 waits
// Not whom nobody outside can come back to without a return.
// CHECK-LABEL: <inner>:
// CHECK: callq
// CHECK-NEXT: R_X86_64_PLT32 waits
// CHECK-LABEL: <passes>:
// CHECK-NOT: callq
// CHECK: jmp{{.*}}<passed>
// CHECK-LABEL: <passed>:
// CHECK-NOT: callq
// CHECK: R_X86_64_PLT32 waits
// CHECK-LABEL: <musts>:
// CHECK-NOT: callq
// CHECK: jmp{{.*}}<machine>
// RUN: %crit_clang -fcrit=haft -O2 %s -DMAIN -o %t.exe
// RUN: %t.exe | FileCheck %s --check-prefix=RUNS
// RUNS: 1
#include <stdio.h>
#define NOINLINE __attribute__((noinline))
static volatile long Machines;
NOINLINE static void machine(long N) { Machines += N; }
NOINLINE void begin(long N) {
  ++Machines;
  machine(N + 1);
}
NOINLINE long odd(long N);
NOINLINE long even(long N) {
  Machines = N;
  return N ? odd(N - 1) : 1;
}
NOINLINE long odd(long N) {
  Machines = N;
  return N ? even(N - 1) : 0;
}
void other(long N);
NOINLINE void waits(long N) {
  ++Machines;
  other(N + 1);
}
NOINLINE void asks(long N) {
  --Machines;
  waits(N + 1);
}
NOINLINE static void inner(long N) {
  ++Machines;
  waits(N + 1);
}
NOINLINE void once(long N) {
  inner(N);
  ++Machines;
}
NOINLINE static void passed(long N);
NOINLINE void passes(long N) {
  --Machines;
  passed(N);
}
NOINLINE static void passed(long N) {
  ++Machines;
  waits(N + 2);
}
NOINLINE void musts(long N) {
  ++Machines;
  __attribute__((musttail)) return machine(N + 2);
}
#ifdef MAIN
void other(long N) { Machines = N; }
int main(int argc, char **argv) {
  begin(argc);
  asks(argc);
  musts(argc);
  printf("%ld\n", even(20000000L * argc));
}
#endif
