// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The quotient exists once; a product verifies it, and both quotients are compared
// at once: two that are wrong differently may decide alike.
// kind: operand
// fault: divl
// register: rax
// technique: delta
// at: 3 5
// copies: 1
// dropped: stop
#include "fault.h"

NOINLINE void work(uint64_t *Out, uint64_t A) {
  *Out = (uint32_t)(A * K) / (uint32_t)(A + 2); // stop
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I) {
    uint64_t X;
    work(&X, I);
    emit(X);
  }
}
