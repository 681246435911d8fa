// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Absolute addresses: the table is read by the jump itself.
// kind: switch
// fault: imul[lq].*bd1e995
// flags: -fno-pie -no-pie
// at: 2 31
#include "fault.h"

#define CASE(N)                                                                \
  static NOINLINE void f##N(void) { emit(N * 11); }
CASE(0) CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7)

NOINLINE uint64_t work(uint64_t A) {
  switch (A * K >> 30 & 7) { // stop
  case 0: f0(); break;
  case 1: f1(); break;
  case 2: f2(); break;
  case 3: f3(); break;
  case 4: f4(); break;
  case 5: f5(); break;
  case 6: f6(); break;
  case 7: f7(); break;
  }
  return 0;
}

int main(void) {
  for (uint64_t I = 1; I < 9; ++I)
    work(I);
}
