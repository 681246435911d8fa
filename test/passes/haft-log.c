// A store into what its region has read is logged instead of ending the region; one
// that cannot overwrite what was read is not.
// RUN: %crit_clang -fcrit=haft -O2 -fno-unroll-loops -fno-vectorize -fno-slp-vectorize -S %s -o %t.s
// RUN: FileCheck %s < %t.s
// RUN: FileCheck --check-prefix=UNDO %s < %t.s
// RUN: FileCheck --check-prefix=AGAIN %s < %t.s
// RUN: %crit_clang -fcrit=haft -O2 -mllvm -verify-machineinstrs -c %s -o %t.o
// RUN: %crit_clang -fcrit=haft -O3 -mavx2 -mllvm -verify-machineinstrs -c %s -o %t.o

// Old value, then the comparison of addresses, then the address and the store; the
// landing puts back what was there.
void count(long *h, const unsigned char *p, long n) {
  for (long i = 0; i < n; ++i)
    ++h[p[i]];
}
// CHECK-LABEL: count:
// CHECK: cmpq $2032, [[N:%r[a-z0-9]+]]
// UNDO-LABEL: count:
// UNDO: .Lcrit_land
// UNDO: cmpq $0, {{-?[0-9]*}}(%rsp,%rax)
// UNDO: movq %rdx, (%rcx)
// An entry counts when its address has been compared: not before, or a wrong place
// would be overwritten with what was at the right one.
// One store for the old value and the 0 behind the entry: the load fills up with zeros.
// CHECK: movsd ([[P:%r[a-z0-9]+]]), [[X:%xmm[0-9]+]]
// CHECK: movups [[X]], {{-?[0-9]*}}(%rsp,[[N]])
// CHECK-NOT: movq $0, {{-?[0-9]*}}(%rsp,[[N]])
// CHECK: cmpq %r{{[a-z0-9]+}}, [[P]]
// CHECK: movq [[P]], {{-?[0-9]*}}(%rsp,[[N]])
// CHECK: movq %r{{[a-z0-9]+}}, ([[P]])
// CHECK: .size count
// Begun again, the region finds its position at 0: that is made behind the cut, not
// moved out of what looks like a loop.
// AGAIN-LABEL: count:
// AGAIN: movl $2, {{-?[0-9]+}}(%rsp)
// AGAIN-NOT: cmpq $2032
// AGAIN: movl $0, %r{{[0-9]+}}d
// AGAIN: cmpq $2032

// An entry whose place in the log is the same on every way to it needs no register for
// that. The base that is stored through is another register than what the second copy
// uses, and not the one that is written down: hit in one of them, the others tell.
struct buffer {
  long used, peak;
};
void grow(struct buffer *b, long n) {
  b->used += n;
  if (b->used > b->peak)
    b->peak = b->used;
}
// CHECK-LABEL: grow:
// CHECK-NOT: (%rsp,%r
// CHECK: movq [[B:%r[a-z0-9]+]], [[Q:%r[a-z0-9]+]]
// CHECK-NEXT: movsd ([[Q]]), [[X:%xmm[0-9]+]]
// CHECK-NEXT: movups [[X]], -{{[0-9]+}}(%rsp)
// CHECK: cmpq %r{{[a-z0-9]+}}, [[Q]]
// CHECK: movq [[Q]], -{{[0-9]+}}(%rsp)
// CHECK: movq %r{{[a-z0-9]+}}, ([[Q]])
// CHECK-NOT: (%rsp,%r
// CHECK: leaq 8([[R:%r[a-z0-9]+]]), [[A:%r[a-z0-9]+]]
// CHECK: movups
// CHECK: cmpq %r{{[a-z0-9]+}}, [[R]]
// CHECK: movq [[A]], -{{[0-9]+}}(%rsp)
// CHECK: movq %r{{[a-z0-9]+}}, 8([[R]])
// CHECK-NOT: (%rsp,%r
// CHECK: retq

// Another entry may be before it or not: the place is in a register.
void maybe(struct buffer *b, long n) {
  if (n & 1)
    b->used += n;
  b->peak += b->used;
}
// CHECK-LABEL: maybe:
// CHECK: movups %xmm{{[0-9]+}}, -{{[0-9]+}}(%rsp)
// CHECK: movups %xmm{{[0-9]+}}, -{{[0-9]+}}(%rsp,%r
// CHECK: retq

// Nothing is read that the stores could hit: no log.
void fill(long *a, long n) {
  for (long i = 0; i < n; ++i)
    a[i] = i * 3;
}
// CHECK-LABEL: fill:
// CHECK-NOT: (%rsp,%rax)
// CHECK: .size fill

// Neighbouring stores are logged together: one entry, whose old value is moved at
// once.
void rotate(unsigned *s, const unsigned char *p, long n) {
  for (long i = 0; i < n; ++i) {
    unsigned *q = s + 4 * p[i], a = q[0], b = q[1], c = q[2], d = q[3];
    q[1] = a + d;
    q[0] = b + 1;
    q[2] = d + 2;
    q[3] = c + 3;
  }
}
// CHECK-LABEL: rotate:
// CHECK: cmpq $2024, [[N:%r[a-z0-9]+]]
// CHECK: movq $0, {{-?[0-9]*}}(%rsp,[[N]])
// CHECK: movups %xmm{{[0-9]+}}, {{-?[0-9]*}}(%rsp,[[N]])
// CHECK-NOT: movq $0, {{-?[0-9]*}}(%rsp,[[N]])
// CHECK: .size rotate

// Not with those that do not touch: what lies between is not the function's.
void ends(unsigned *s, const unsigned char *p, long n) {
  for (long i = 0; i < n; ++i) {
    unsigned *q = s + 4 * p[i], a = q[0], d = q[3];
    q[0] = d + 1;
    q[3] = a + 1;
  }
}
// CHECK-LABEL: ends:
// CHECK: cmpq $2016, [[N:%r[a-z0-9]+]]
// CHECK: movups %xmm{{[0-9]+}}, {{-?[0-9]*}}(%rsp,[[N]])
// CHECK: movups %xmm{{[0-9]+}}, {{-?[0-9]*}}(%rsp,[[N]])
// CHECK-NOT: movups %xmm{{[0-9]+}}, {{-?[0-9]*}}(%rsp,[[N]])
// CHECK: .size ends

// Of bytes that are logged together each is loaded for itself: a load of both would
// wait for the stores of both.
void bytes(unsigned char *s, const unsigned char *p, long n) {
  for (long i = 0; i < n; ++i) {
    unsigned char *q = s + 2 * p[i], a = q[0], b = q[1];
    q[0] = a * 3 + b;
    q[1] = b * 5 + a;
  }
}
// CHECK-LABEL: bytes:
// CHECK: cmpq $2032, [[N:%r[a-z0-9]+]]
// CHECK: movzbl ([[P:%r[a-z0-9]+]]), %e[[A:[a-z]+]]
// CHECK: movb %{{.*}}, {{-?[0-9]*}}(%rsp,[[N]])
// CHECK: movzbl 1([[P]]),
// CHECK: movb %{{.*}}, {{-?[0-9]*}}(%rsp,[[N]])
// CHECK: .size bytes

// A store behind a logged one, with the same base and index: its address is the logged
// one's, a little further on, and compared once more behind both. Neither is read back.
void pairs(long *s, const unsigned *p, long n) {
  for (long i = 0; i < n; ++i) {
    unsigned long j = p[i];
    long a = s[j], b = s[j + 1];
    s[j] = a * 3 + b;
    s[j + 1] = b * 5 + a;
  }
}
// CHECK-LABEL: pairs:
// CHECK: movq [[P:%r[a-z0-9]+]], {{-?[0-9]*}}(%rsp,%r
// CHECK-NOT: cmpq %r{{[a-z0-9]+}}, {{[0-9]*}}(%r{{[a-z0-9]+}})
// CHECK: movq %r{{[a-z0-9]+}}, ([[P]])
// CHECK-NOT: cmpq %r{{[a-z0-9]+}}, {{[0-9]*}}(%r{{[a-z0-9]+}})
// CHECK: movq %r{{[a-z0-9]+}}, 8([[P]])
// CHECK-NOT: cmpq %r{{[a-z0-9]+}}, {{[0-9]*}}(%r{{[a-z0-9]+}})
// CHECK: cmpq %r{{[a-z0-9]+}}, [[P]]
// CHECK: .size pairs

// Not one with another index: both its registers are compared.
void apart(long *s, const unsigned *p, const unsigned *q, long n) {
  for (long i = 0; i < n; ++i) {
    unsigned long j = p[i], k = q[i];
    s[j] = s[j] * 3 + i;
    s[k] = i;
  }
}
// CHECK-LABEL: apart:
// CHECK: movq [[P:%r[a-z0-9]+]], {{-?[0-9]*}}(%rsp,%r
// CHECK: movq %r{{[a-z0-9]+}}, ([[P]])
// CHECK: leaq
// CHECK: movq [[Q:%r[a-z0-9]+]], {{-?[0-9]*}}(%rsp,%r
// CHECK: movq %r{{[a-z0-9]+}}, ([[Q]])
// CHECK: .size apart

// Entries of several lengths: the landing finds the last one from the first on.
struct node {
  long count, pad;
  int keys[4];
  unsigned char flag;
};
void mixed(struct node *s, const unsigned char *p, long n) {
  for (long i = 0; i < n; ++i) {
    struct node *q = s + p[i];
    int a = q->keys[0], b = q->keys[1], c = q->keys[2], d = q->keys[3];
    q->keys[0] = b + 1;
    q->keys[1] = c + a;
    q->keys[2] = d + 2;
    q->keys[3] = a + 3;
    q->count = q->count * 3 + a;
    q->flag = q->flag * 5 + 1;
  }
}
// UNDO-LABEL: mixed:
// UNDO: .Lcrit_land
// UNDO: testq %rcx, %rcx
// UNDO: btq ${{[0-9]+}}, %rcx
// UNDO: addl $16, %eax
// UNDO: addl $24, %eax
// UNDO: btrq ${{[0-9]+}}, %rcx
