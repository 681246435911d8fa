// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: store-value
// fault: mulsd
// at: 2 50
#include "fault.h"

NOINLINE void work(double *Out, double A) {
  *Out = A * 1.37; // stop
}

int main(void) {
  for (unsigned I = 1; I < 6; ++I) {
    double X;
    work(&X, I);
    emit((uint64_t)(X * 1e6));
  }
}
