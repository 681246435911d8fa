// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// migrate=0: tried again, then stopped; the thread stays on its core.
// kind: store-value
// technique: haft
// fault: imul[lq].*bd1e995
// at: 3+ 31
// options: migrate=0
// result: unmoved
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
