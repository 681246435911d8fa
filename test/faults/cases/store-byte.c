// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: store-value
// fault: imul[lq].*bd1e995
// at: 2 22
#include "fault.h"

NOINLINE void work(unsigned char *Out, uint64_t A) {
  *Out = (unsigned char)(A * K >> 20); // stop
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I) {
    unsigned char X;
    work(&X, I);
    emit(X);
  }
}
