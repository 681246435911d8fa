// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One core always computes this wrong: the thread is moved, the core named.
// kind: store-value
// technique: delta
// flags: -fcrit-recover=rollback
// fault: imul[lq].*bd1e995
// at: 3@ 31
// result: moved
// dropped: skip
#include "fault.h"

NOINLINE void work(uint64_t *Out, uint64_t A) { *Out = A * K >> 3; }

int main(void) {
  uint64_t Out;
  for (uint64_t I = 1; I < 6; ++I) {
    work(&Out, I);
    emit(Out);
  }
}
