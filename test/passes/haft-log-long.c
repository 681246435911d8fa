// What the log has room for is counted from one cut to the next, not over the whole
// function: of 192 updates 64 fit between two cuts. Counted over all, there was no log
// and a cut before each store.
// RUN: %crit_clang -fcrit=haft -O2 -fno-slp-vectorize -S %s -o %t.s
// RUN: FileCheck %s < %t.s
// RUN: FileCheck --check-prefix=FEW %s < %t.s
// RUN: %crit_clang -fcrit=haft -O2 -mllvm -verify-machineinstrs -c %s -o %t.o

#define U(N) h[p[N]] += 3;
#define U8(N) U(N) U(N + 1) U(N + 2) U(N + 3) U(N + 4) U(N + 5) U(N + 6) U(N + 7)
#define U64(N) U8(N) U8(N + 8) U8(N + 16) U8(N + 24) U8(N + 32) U8(N + 40) U8(N + 48) U8(N + 56)

void many(long *h, const unsigned char *p) { U64(0) U64(64) U64(128) }
// CHECK-LABEL: many:
// CHECK: .Lcrit_land0_3:
// CHECK: .size many
// FEW-NOT: .Lcrit_land0_4:

// Two loops, each with a look at the log where it begins: room for one turn of either.
void turns(long *h, const unsigned char *p, long n) {
  for (long i = 0; i < n; ++i, p += 40) { U8(0) U8(8) U8(16) U8(24) U8(32) }
  for (long i = 0; i < n; ++i, p += 40) { U8(0) U8(8) U8(16) U8(24) U8(32) }
}
// CHECK-LABEL: turns:
// CHECK: cmpq $1920, %r
// CHECK: cmpq $1920, %r
// CHECK: .size turns
