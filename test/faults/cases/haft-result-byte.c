// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A result of one byte is hit where its second copy has been made. Nothing can be run
// again there, so that copy is what the slot holds, and is not compared with it.
// kind: checkpoint
// technique: haft
// fault: (movz|mov|cmp)b\w*\s+-?\w*\(%rsp\), %e?[abcds][lx]|movzbl\s+%al, %e\w\w
// at: 3 2
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"
#include <stdbool.h>

static NOINLINE bool odd(uint64_t A) {
  __asm__ volatile("" : "+r"(A));
  return A & 1;
}

NOINLINE void work(uint64_t *Out, uint64_t A) {
  bool B = odd(A * K), C = odd(A * K >> 3);
  *Out = A * 5 + 3 * B + C;
}

int main(void) {
  uint64_t Out;
  for (uint64_t I = 1; I < 6; ++I) {
    work(&Out, I);
    emit(Out);
  }
}
