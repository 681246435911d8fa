// There is one EFLAGS register, so the second copy decides again on each way out
// of the branch and must agree with where the branch went: this covers the
// operands, the flags and the jump.
// RUN: %harden -O2 -c %s -o %t.o
// RUN: %show %t.o decide | FileCheck %s
// RUN: %show %t.o real | FileCheck --check-prefix=REAL %s
// RUN: %show %t.o jumptable | FileCheck --check-prefix=SWITCH %s
// RUN: %show %t.o computed | FileCheck --check-prefix=GOTO %s
// RUN: %harden -O0 -c %s -o %t0.o && %show %t0.o decide | FileCheck --check-prefix=O0 %s

void yes(void), no(void);

void decide(long a, long b) {
  if (a * 3 < b)
    yes();
  else
    no();
}
// CHECK: record decide: {{.*}} branch=2{{$}}
// CHECK: cmpq %rsi, [[A:%[a-z0-9]+]]
// CHECK-NEXT: jge [[NO:L[0-9]+]]
// CHECK-NEXT: cmpq [[B2:%[a-z0-9]+]], [[A2:%[a-z0-9]+]]
// CHECK-NEXT: jge <branch>
// CHECK: jmp yes
// CHECK: [[NO]]:
// CHECK-NEXT: cmpq [[B2]], [[A2]]
// CHECK-NEXT: jl <branch>
// CHECK: jmp no
// O0: jge [[NO:L[0-9]+]]
// O0: jge <branch>
// O0: callq yes
// O0: [[NO]]:
// O0: jl <branch>
// O0: callq no

void real(double a, double b) {
  if (a < b)
    yes();
  else
    no();
}
// REAL: ucomisd
// REAL-NEXT: jbe [[NO:L[0-9]+]]
// REAL-NEXT: ucomisd
// REAL-NEXT: jbe <branch>
// REAL: [[NO]]:
// REAL-NEXT: ucomisd
// REAL-NEXT: ja <branch>

void jumptable(int x) {
  switch (x) {
  case 0: yes(); break;
  case 1: no(); break;
  case 2: yes(); no(); break;
  case 3: no(); yes(); break;
  case 4: yes(); yes(); break;
  case 5: no(); no(); break;
  }
}
// The range check is a branch; table entry and target exist in both streams.
// SWITCH: jne <switch>
// SWITCH-NEXT: jmpq *

void computed(int i) {
  static void *const Target[] = {&&A, &&B};
  goto *Target[i];
A:
  yes();
  return;
B:
  no();
}
// GOTO: cmpq {{%[a-z0-9]+}}, [[T:%[a-z0-9]+]]
// GOTO-NEXT: jne <switch>
// GOTO-NEXT: jmpq *[[T]]
