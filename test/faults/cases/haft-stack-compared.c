// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit where it is compared, and leads up to what callers have.
// What was stored last is not there: so nothing was written through the wrong one.
// kind: checkpoint
// technique: haft
// fault: cmpq\s+%rsp, 
// when: before
// register: rsp
// at: 3 12
// copies: 3
// result: corrected
// dropped: skip
#include "fault.h"

static NOINLINE uint64_t twice(uint64_t A) {
  __asm__ volatile("" : "+r"(A));
  return 2 * A;
}

NOINLINE void work(uint64_t *Out, uint64_t A, volatile uint64_t *In) {
  uint64_t B = twice(A * K), C = twice(B + A) + *In;
  uint64_t D = B * C;
  *Out = D + twice(D) + A;
}

/// Bit 12 of the stack pointer is 0 below this.
static NOINLINE void below(uint64_t I) {
  volatile uint64_t In = I * 3;
  uint64_t Out;
  char *Room = __builtin_alloca(((uintptr_t)__builtin_frame_address(0) - 2048) & 8191);
  __asm__ volatile("" : : "r"(Room) : "memory");
  work(&Out, I, &In);
  emit(Out);
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I)
    below(I);
}
