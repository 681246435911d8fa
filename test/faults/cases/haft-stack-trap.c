// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit, leads to a variable of the caller, and what is loaded there is
// no address: that traps before the stack pointer is compared. What was stored last is
// in its place, so nothing was written through the wrong one.
// kind: checkpoint
// technique: haft
// fault: movq\s+-?\w+\(%rsp,%r\w+,8\), %r\w+$
// register: rsp
// when: before
// at: 3 13
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"
#include <string.h>

static uint64_t Out[64];

NOINLINE uint64_t work(uint64_t A, uint64_t B) {
  uint64_t *To[4];
  To[0] = Out + 8 * B;
  To[1] = Out + A;
  To[2] = Out + A * 3;
  To[3] = (uint64_t *)64; // known
  return *To[B];
}

/// From where bit 13 of work's stack pointer is 0, and nothing but zeros are above it.
static NOINLINE uint64_t from(uint64_t A) {
  uint64_t Bytes = ((uintptr_t)__builtin_frame_address(0) - 0x1800) & 0x3fff;
  char *Zero = __builtin_alloca(Bytes + 0x4000);
  memset(Zero, 0, Bytes + 0x4000);
  __asm__ volatile("" : "+r"(Zero) : : "memory");
  return work(A, A % 3);
}

int main(void) {
  uint64_t Sum = 0;
  for (int I = 0; I != 64; ++I)
    Out[I] = I * K;
  for (uint64_t I = 1; I < 6; ++I)
    Sum += from(I);
  emit(Sum);
}
