// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: return
// fault: imul[lq].*bd1e995
// technique: delta
// flags: -fcrit-delta-scheme=paper
// at: 4 60
#include "fault.h"

NOINLINE uint64_t work(uint64_t A) {
  return A * K; // stop
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I)
    emit(work(I));
}
