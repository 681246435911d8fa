// There is one EFLAGS register, so the second copy decides first and the branch
// must follow: this covers the operands, the flags and the jump.
// RUN: %harden -O2 -c %s -o %t.o
// RUN: %show %t.o decide | FileCheck %s
// RUN: %show %t.o real | FileCheck --check-prefix=REAL %s
// RUN: %show %t.o equal | FileCheck --check-prefix=EQUAL %s
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
// CHECK: record decide: {{.*}} branch=1{{$}}
// CHECK: cmpq [[B2:%[a-z0-9]+]], [[A2:%[a-z0-9]+]]
// CHECK-NEXT: jge [[NO:L[0-9]+]]
// CHECK-NEXT: cmpq %rsi, [[A:%[a-z0-9]+]]
// CHECK-NEXT: jge {{<branch>|L[0-9]+|no}}
// CHECK-NEXT: jmp yes
// CHECK: [[NO]]:
// CHECK-NEXT: cmpq %rsi, [[A]]
// CHECK-NEXT: jge no
// CHECK-NEXT: jmp {{<branch>|L[0-9]+|no}}
// O0: jge [[NO:L[0-9]+]]
// O0-NEXT: cmpq
// O0-NEXT: jge {{<branch>|L[0-9]+|no}}
// O0: callq yes
// O0: [[NO]]:
// O0-NEXT: cmpq
// O0-NEXT: jge {{<branch>|L[0-9]+|no}}
// O0-NEXT: jmp {{<branch>|L[0-9]+|no}}

void real(double a, double b) {
  if (a < b)
    yes();
  else
    no();
}
// REAL: ucomisd
// REAL-NEXT: jbe [[NO:L[0-9]+]]
// REAL-NEXT: ucomisd %xmm0, %xmm1
// REAL-NEXT: jbe {{<branch>|L[0-9]+|no}}
// REAL: [[NO]]:
// REAL-NEXT: ucomisd %xmm0, %xmm1
// REAL-NEXT: jbe no
// REAL-NEXT: jmp {{<branch>|L[0-9]+|no}}

// Two conditions: decided again on each way out.
void equal(double a, double b) {
  if (a == b)
    yes();
  else
    no();
}
// EQUAL: record equal: {{.*}} branch=5{{$}}
// EQUAL: jne [[NE:L[0-9]+]]
// EQUAL-NEXT: jp [[P:L[0-9]+]]
// EQUAL-NEXT: ucomisd
// EQUAL-NEXT: jne <branch>
// EQUAL: jp <branch>
// EQUAL: [[NE]]:
// EQUAL-NEXT: ucomisd
// EQUAL-NEXT: je <branch>

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
