// Elements that a loop without calls reads one after the other are loaded twice
// and not verified: races that programs get away with are on flags, counters and
// pointers. What is polled at one place or found through a pointer is verified,
// and so is everything with -fcrit-loads=strict.
// RUN: %harden -O2 -fno-vectorize -fno-unroll-loops -c %s -o %t.o
// RUN: %show %t.o sum | FileCheck --check-prefix=BULK %s
// RUN: %show %t.o calls | FileCheck --check-prefix=VERIFIED %s
// RUN: %show %t.o chase | FileCheck --check-prefix=VERIFIED %s
// RUN: %show %t.o counters | FileCheck --check-prefix=COUNTERS %s
// RUN: %harden -fno-crit=ilr -fcrit=haft -O2 -fno-vectorize -fno-unroll-loops -c %s -o %t.o
// RUN: %show %t.o counters | FileCheck --check-prefix=VERIFIED %s
// RUN: %harden -O2 -fcrit-loads=strict -fno-vectorize -fno-unroll-loops -c %s -o %t.o
// RUN: %show %t.o sum | FileCheck --check-prefix=VERIFIED %s

long sum(const long *p, long n) {
  long s = 0;
  for (long i = 0; i < n; ++i)
    s += p[i];
  return s;
}
// BULK: record sum: {{.*}} unprotected=0
// BULK-NOT: load-address
// BULK: end of sum
// VERIFIED: load-address
// VERIFIED: end of

void work(void);
long calls(const long *p, long n) {
  long s = 0;
  for (long i = 0; i < n; ++i) {
    s += p[i];
    work();
  }
  return s;
}

struct node { struct node *next; };
int chase(const struct node *n) {
  int l = 0;
  for (; n; n = n->next)
    ++l;
  return l;
}

// The bytes are read in bulk, the counters they choose are not.
void counters(long *c, const unsigned char *p, long n) {
  for (long i = 0; i < n; ++i)
    ++c[p[i]];
}
// COUNTERS-COUNT-2: movzbl
// COUNTERS-NOT: cmpl
// COUNTERS: movq
// COUNTERS-NEXT: movq
// COUNTERS-NEXT: cmpq
