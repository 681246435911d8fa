// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit in the prologue or where its mark is written, and leads down
// to unused stack, where nothing traps. The mark is made from a copy taken before that,
// so it does not look right.
// kind: checkpoint
// technique: haft
// fault: subq\s+\$\w+, %rsp|movq\s+%r11, -?\w*\(%rsp\)
// register: rsp
// at: 3 12
// when: before
// copies: 2
// result: corrected
// dropped: skip
#include "fault.h"

static volatile unsigned Calls;
static NOINLINE void call(void) { ++Calls; }

NOINLINE void work(uint64_t *Out, uint64_t A) {
  uint64_t X = A * K;
  call();
  *Out = X ^ X >> 7;
}

/// Bit 12 of the stack pointer is 1 below this.
static NOINLINE void below(uint64_t I) {
  uint64_t Out;
  char *Room = __builtin_alloca(((uintptr_t)__builtin_frame_address(0) - 6144) & 8191);
  __asm__ volatile("" : : "r"(Room) : "memory");
  work(&Out, I);
  emit(Out);
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I)
    below(I);
}
