// Strict: fields of one object are checked by one guard where all of them will be
// accessed in any case; where it fails, control goes to a twin with all checks.
// RUN: %crit_bl -O2 -fcrit-bounds=strict -S -emit-llvm %s -o - | FileCheck %s
// RUN: %crit_bl -O1 -fcrit-bounds=strict -DRUN %s -o %t && %t 2>&1 | FileCheck %s --check-prefix=OUT
// RUN: %crit_bl -O2 -fcrit-bounds=strict -DRUN %s -o %t && %t 2>&1 | FileCheck %s --check-prefix=OUT
// RUN: %crit_bl -O3 -fcrit-bounds=strict -fcrit=ilr,boundless -DRUN %s -o %t && %t 2>&1 | FileCheck %s --check-prefix=OUT
// RUN: %crit_bl -O2 -fcrit-bounds=strict -fcrit=haft,boundless -DRUN %s -o %t && %t 2>&1 | FileCheck %s --check-prefix=OUT
// RUN: %crit_bl -O2 -fcrit-bounds=strict -DRUN -DPROPER %s -o %t && env CRIT_OPTIONS=bounds=first %t | FileCheck %s --check-prefix=PROPER
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define NOINLINE __attribute__((noinline))

struct node {
  long a;
  int b;
  short c;
  char d;
  struct node *next;
  long e[4];
  long f;
  char far[400];
};

// CHECK-LABEL: @fields(
// CHECK: mul nuw i128
// CHECK: icmp uge i64 %{{.*}}, 64
// CHECK: br i1
// CHECK-NOT: mul nuw i128
// CHECK-NOT: preserve_mostcc
// CHECK: ret i64
// CHECK: preserve_mostcc
NOINLINE long fields(struct node *p) {
  return p->a * 3 + p->b * 5 + p->c * 7 + p->d * 11 + p->f * 13;
}

// What may not be accessed has a guard of its own.
// CHECK-LABEL: @maybe(
// CHECK: mul nuw i128
// CHECK-NOT: icmp uge i64 %{{.*}}, 464
// CHECK: icmp uge i64 %{{.*}}, 15
// CHECK: br i1
// CHECK: icmp uge i64 %{{.*}}, 464
// CHECK: br i1
// CHECK-NOT: preserve_mostcc
// CHECK: ret i64
NOINLINE long maybe(struct node *p, long n) {
  long sum = p->a * 3 + p->b * 5 + p->c * 7 + p->d * 11;
  if (n)
    sum ^= p->far[399] * n;
  return sum;
}

// Nothing to share: no twin.
// CHECK-LABEL: @one(
// CHECK: preserve_mostcc
// CHECK: ret i32
// CHECK-NOT: ret i32
// CHECK: {{^}}}
NOINLINE int one(struct node *p) { return p->b; }

// Below the pointer, too, up to where it points: else it could all be in the slot before.
// CHECK-LABEL: @below(
// CHECK: add i64 %{{.*}}, -24
// CHECK: mul nuw i128
// CHECK: icmp uge i64 %{{.*}}, 25
// CHECK: br i1
// CHECK-NOT: preserve_mostcc
// CHECK: ret i64
NOINLINE long below(const char *s) {
  return *(const long *)(s - 24) * 3 + *(const int *)(s - 8) * 5 + s[-1] * 7 + s[0];
}

NOINLINE void fill(struct node *p, long v) {
  p->a = v;
  p->b = (int)v + 1;
  p->c = (short)(v + 2);
  p->d = (char)(v + 3);
  p->f = v + 4;
}

// Control leaves in the middle of a loop; what was computed before goes along.
NOINLINE long walk(struct node *p, long *count) {
  long sum = 1, n = 0;
  for (; p; p = p->next) {
    long x = p->a;
    if (x & 1) {
      sum = sum * 31 + p->b;
      p->e[3] = sum;
    } else {
      sum = sum * 29 + p->f;
    }
    p->c += 1;
    sum += x * (++n);
    if (p->e[3] > 1000000)
      sum %= 1000;
  }
  *count = n;
  return sum;
}

// Written in plain C on copies that are long enough.
static long expected(struct node *p, long *count) {
  static struct node Copies[8];
  long N = 0;
  for (struct node *Q = p; Q; Q = Q->next, ++N)
    memcpy(&Copies[N], Q, 48);
  for (long I = 0; I < N; ++I) {
    Copies[I].next = I + 1 < N ? &Copies[I + 1] : NULL;
    Copies[I].e[3] = Copies[I].f = 0;
  }
  return walk(Copies, count);
}

#ifdef RUN
enum { Short = 40, Num = 8 };
int main(int argc, char **argv) {
  char *guards[Num];
  struct node *all[Num];
  size_t Size = sizeof(struct node);
#ifndef PROPER
  Size = Short * (size_t)argc;
#endif
  for (int i = 0; i < Num; ++i) {
    all[i] = calloc(1, Size);
    guards[i] = malloc(Size);
    memset(guards[i], 0x5a, Size);
  }
  for (int i = 0; i < Num; ++i) {
    all[i]->a = i + 1;
    all[i]->b = 10 * i;
    all[i]->next = i + 1 < Num ? all[i + 1] : NULL;
  }
  long want, got, n = 0, m = 0;
  want = expected(all[0], &n);
  got = walk(all[0], &m);
  printf("walk %d %d %ld\n", want == got, n == m, m);
  fill(all[3], 1000);
  printf("fields %ld %ld\n", fields(all[3]), maybe(all[3], argc - 1));
  printf("far %ld\n", maybe(all[3], argc));
#ifndef PROPER
  printf("below %ld\n", below((char *)all[4]));
#endif
  int Bad = 0;
  for (int i = 0; i < Num; ++i)
    for (size_t k = 0; k < Size; ++k)
      Bad += guards[i][k] != 0x5a;
  printf("changed %d one %d\n", Bad, one(all[3]));
}
#endif
// OUT: walk 1 1 8
// OUT: fields 27840 14788
// OUT: far 14788
// OUT: below 5
// OUT: changed 0 one 1001
// PROPER: walk 1 1 8
// PROPER: fields 27840 14788
// PROPER: far 14788
// PROPER: changed 0 one 1001
