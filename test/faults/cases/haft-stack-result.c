// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit where a result is written to its slot, and leads 8 bytes up,
// where nothing is. The call was made with the right one: its return address is not where
// the wrong one would have left it. The result is written again.
// kind: checkpoint
// technique: haft
// function: twice
// fault: retq
// register: rsp
// at: 3 3
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

static NOINLINE uint64_t twice(uint64_t A) {
  __asm__ volatile("" : "+r"(A));
  return 2 * A;
}

NOINLINE void work(uint64_t *Out, uint64_t A) {
  uint64_t B = twice(A * K), C = twice(B + A);
  *Out = B * C + twice(C) + A;
}

int main(void) {
  uint64_t Out;
  for (uint64_t I = 1; I < 6; ++I) {
    work(&Out, I);
    emit(Out);
  }
}
