// A value a loop only reads stays wrong once it is hit. When nothing leaves the
// program inside the loop (no call, atomic, inline assembly), it is compared
// behind the loop instead of in every iteration. What the loop computes anew must
// still be compared each time. For induction variables see loop-induction.c.
// RUN: %harden -O2 -fno-vectorize -fno-unroll-loops -c %s -o %t.o
// RUN: %show %t.o fill | FileCheck --check-prefix=SUNK %s
// RUN: %show %t.o computed | FileCheck --check-prefix=NEW %s
// RUN: %show %t.o calls | FileCheck --check-prefix=CALLS %s

void work(void);

void fill(long *p, long n, long v) {
  long i = 0;
  do
    p[i] = v;
  while (++i < n);
}
// SUNK: [[LOOP:L[0-9]+]]:
// SUNK-NEXT: movq %rdx, (%rdi,[[I:%[a-z0-9]+]],8)
// SUNK-NOT: jne <store-value>
// SUNK-NOT: cmpq {{%[a-z0-9]+}}, %rdi
// SUNK: jne [[LOOP]]
// SUNK: cmpq {{%[a-z0-9]+}}, %rdx
// SUNK-NEXT: jne <store-value>
// SUNK: cmpq {{%[a-z0-9]+}}, %rdi
// SUNK-NEXT: jne <store-address>

void computed(long *p, long n, long v) {
  long i = 0;
  do
    p[i] = v ^ i;
  while (++i < n);
}
// NEW: [[LOOP:L[0-9]+]]:
// NEW: movq [[V:%[a-z0-9]+]], (%rdi,{{%[a-z0-9]+}},8)
// NEW-NEXT: cmpq {{%[a-z0-9]+}}, [[V]]
// NEW-NEXT: jne <store-value>
// NEW: jne [[LOOP]]

void calls(long *p, long n, long v) {
  long i = 0;
  do {
    p[i] = v;
    work();
  } while (++i < n);
}
// The check must stand between the store and the call.
// CALLS: movq [[V:%[a-z0-9]+]], ([[P:%[a-z0-9]+]],[[I:%[a-z0-9]+]],8)
// CALLS-NOT: callq
// CALLS: jne <store-value>
// CALLS-NOT: callq
// CALLS: jne <store-address>
// CALLS-NOT: callq
// CALLS: jne <store-address>
// CALLS: callq work
