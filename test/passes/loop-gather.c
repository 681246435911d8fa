// Comparing a vector or a floating-point value takes four instructions. Stored in a
// loop of one block, only the differences are gathered there, and what was
// gathered is compared behind the loop.
// RUN: %harden -O2 -fno-unroll-loops -c %s -o %t.o
// RUN: %show %t.o real | FileCheck --check-prefix=REAL %s
// RUN: %show %t.o calls | FileCheck --check-prefix=CALLS %s
// RUN: %harden -O2 -fno-unroll-loops -fcrit-drop-check=store-value -c %s -o %t.o
// RUN: %show %t.o real | FileCheck --check-prefix=DROPPED %s

void real(double *p, const double *q, long n) {
  double x = 1;
  for (long i = 0; i < n; ++i)
    p[i] = x = x * q[i];
}
// REAL: [[LOOP:L[0-9]+]]:
// REAL-COUNT-2: mulsd
// REAL: movsd [[V:%xmm[0-9]+]], (
// REAL-NOT: jne <store-value>
// REAL: xorpd
// REAL-NOT: jne <store-value>
// REAL: orpd
// REAL: jne [[LOOP]]
// REAL: jne <store-value>
// DROPPED-NOT: store-value
// DROPPED: end of real

void work(void);
void calls(double *p, const double *q, long n) {
  double x = 1;
  for (long i = 0; i < n; ++i) {
    p[i] = x = x * q[i];
    work();
  }
}
// The check must stand between the store and the call.
// CALLS: movsd {{%xmm[0-9]+}}, (
// CALLS-NOT: callq
// CALLS: jne <store-value>
// CALLS: callq work
