// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: store-value
// fault: imul[lq].*bd1e995
// technique: delta
// flags: -fcrit-delta-scheme=paper
// at: 3 5
#include "fault.h"

NOINLINE void work(uint64_t *Out, uint64_t A) {
  *Out = A * K; // stop
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I) {
    uint64_t X;
    work(&X, I);
    emit(X);
  }
}
