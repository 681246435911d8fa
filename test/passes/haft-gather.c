// A loop that ends its region now and then, when the undo log is full: vectors
// that do not change in it are compared there and behind it, and no sum of
// differences is made where only few turns pass. It once was, and what stood in
// the register of the sum was taken for a difference.
//
// RUN: %clang -O1 %s -o %t.plain && %t.plain > %t.want
// RUN: %crit_clang -fcrit=haft -O1 -fno-unroll-loops %s -o %t.O1 -mllvm -verify-machineinstrs && %t.O1 | diff - %t.want
// RUN: %crit_clang -fcrit=haft -O2 -fno-unroll-loops %s -o %t.O2 && %t.O2 | diff - %t.want
// RUN: %crit_clang -fcrit=haft -Os %s -o %t.Os && %t.Os | diff - %t.want
// RUN: %crit_clang -fcrit=haft -O1 -fno-unroll-loops -S %s -o - | FileCheck %s
// CHECK-LABEL: fill:
// CHECK-NOT: por %xmm
// CHECK: retq
#include <stdio.h>

typedef long pair __attribute__((vector_size(16), aligned(8)));
pair g[2];
long buffer[256];

__attribute__((noinline)) void fill(long n, pair x, pair y, long *out) {
  for (long i = 0; i < n; ++i) {
    out[i * i & 255] += g[0][0] + g[1][0];
    g[0] = x;
    g[1] = y;
  }
}

int main(void) {
  long s = 0;
  for (long k = 0; k < 20; ++k) {
    fill(50 * k, (pair){k, 2}, (pair){3 * k, 4}, buffer);
    s = s * 31 + g[0][0] + g[1][0] + buffer[9 * k];
  }
  printf("%ld %ld\n", s, g[1][1]);
}
