// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A register hit between load and verification is loaded again.
// kind: load-value
// fault: movq\s+\(.*, %r
// at: 3 5
// result: corrected
// dropped: stop
#include "fault.h"

NOINLINE void work(uint64_t *Out, const uint64_t *In) {
  *Out = *In; // stop
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I) {
    uint64_t In = I * 77, Out;
    work(&Out, &In);
    emit(Out);
  }
}
