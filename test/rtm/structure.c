// Where transactions begin and end. The hot path pays a test of one byte and a
// jump that is not taken on CPUs without RTM.
// RUN: %rtm -O2 -fno-vectorize -fno-unroll-loops -S %s -o - | FileCheck %s
// RUN: %rtm -O2 -fno-vectorize -mllvm -verify-machineinstrs -c %s -o %t.o
// RUN: %rtm -O0 -mllvm -verify-machineinstrs -c %s -o %t0.o
// RUN: llvm-readelf-22 -sW %t.o | FileCheck --check-prefix=SYMBOLS %s
// SYMBOLS-DAG: TLS {{.*}} HIDDEN {{.*}} __crit_tx_state
// SYMBOLS-DAG: OBJECT {{.*}} HIDDEN {{.*}} __crit_tx_control
// SYMBOLS-DAG: FUNC {{.*}} HIDDEN {{.*}} __crit_tx{{$}}
// Both in one binary: landings of software recovery are there, too.
// RUN: crit-audit %t.o | FileCheck --check-prefix=AUDIT %s
// AUDIT: computed again at {{[1-9]}}
// Without the option there is nothing of it.
// RUN: %crit_clang -fcrit=haft -O2 -S %s -o - | FileCheck --check-prefix=NONE %s
// NONE-NOT: __crit_tx_control(
// NONE-NOT: __crit_tx_state

// All such places, in another program too; and the audit can fail.
// RUN: %rtm -O2 -S %s -o %t.s && %python %inputs/audit.py <%t.s
// RUN: %rtm -O2 -S %inputs/work.c -o %t.s && %python %inputs/audit.py step walk <%t.s
// RUN: %rtm -O0 -S %inputs/work.c -o %t.s && %python %inputs/audit.py step walk <%t.s
// RUN: not %python %inputs/audit.py step <%t.s
// RUN: not %python %inputs/audit.py step walk compare <%t.s
// RUN: %crit_clang -fcrit=haft -O2 -S %inputs/work.c -o %t.s
// RUN: not %python %inputs/audit.py step walk <%t.s

void library(long);

// A loop that stores: one split for each turn.
void fill(long *to, const long *from, long n) {
  for (long i = 0; i < n; ++i)
    to[i] = from[i] * 3;
}
// CHECK-LABEL: fill:
// CHECK: cmpb $0, __crit_tx_control(%rip)
// CHECK-NEXT: jne [[ENTRY:.LBB[0-9_]+]]
// CHECK: Loop
// CHECK: cmpb $0, __crit_tx_control(%rip)
// CHECK-NEXT: jne [[TURN:.LBB[0-9_]+]]
// CHECK: cmpb $0, __crit_tx_control(%rip)
// CHECK-NEXT: jne [[END:.LBB[0-9_]+]]
// CHECK: retq
// What a split does is out of line.
// CHECK: subl ${{[1-9][0-9]*}}, %fs:(%rax)
// CHECK: callq __crit_tx
// CHECK: pushq $0
// CHECK-NEXT: callq __crit_tx

// A tight loop that stores nothing is not counted, as in HAFT.
long count(const char *s, char c) {
  long n = 0;
  for (; *s; ++s)
    n += *s == c;
  return n;
}
// CHECK-LABEL: count:
// CHECK: Loop Header: Depth=1
// CHECK-NOT: __crit_tx_control
// CHECK: Depth=1
// CHECK: cmpb $0, __crit_tx_control(%rip)
// CHECK: retq

// A turn does not count what follows the loop.
void leave(long *to, const long *from, long n) {
  for (long i = 0; i < n; ++i)
    to[i] = from[i] * 3;
#define STEP(K) to[K] += from[K + 1] / to[K + 2] + to[K + 3] / (from[K] + K);
  STEP(0) STEP(4) STEP(8) STEP(12) STEP(16) STEP(20) STEP(24) STEP(28)
}
// CHECK-LABEL: leave:
// Entry, turn, behind the loop.
// CHECK: subl ${{[1-9][0-9]?}}, %fs:(%rax)
// CHECK: subl ${{[1-9][0-9]?}}, %fs:(%rax)
// CHECK: subl ${{[1-9][0-9][0-9]}}, %fs:(%rax)

// What is not hardened runs outside: end, call, split.
void outside(long *p) {
  *p *= 3;
  p[1] += *p / 7 + p[2] / 5 + p[3] / 3;
  library(*p);
  p[1] += *p / 7 + p[2] / 5 + p[3] / 3;
}
// CHECK-LABEL: outside:
// CHECK: callq library{{$|@PLT}}
// CHECK: cmpb $0, __crit_tx_control(%rip)
