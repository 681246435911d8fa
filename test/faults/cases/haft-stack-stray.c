// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit where a pointer is loaded from a variable, and leads to where
// there are others, the same for both copies: a store through one would change what no region
// takes back.
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

static uint64_t Out[64], Victim;

NOINLINE void work(uint64_t A, uint64_t B) {
  uint64_t *To[4];
  To[0] = Out + 8 * B;
  To[1] = Out + A;
  To[2] = Out + A * 3;
  To[3] = (uint64_t *)64; // known
  *To[B] = A * K;
}

/// From where bit 13 of work's stack pointer is 0, and all above it leads to Victim.
static NOINLINE void from(uint64_t A) {
  uint64_t Bytes = ((uintptr_t)__builtin_frame_address(0) - 0x1800) & 0x3ff8;
  uint64_t **Other = __builtin_alloca(Bytes + 0x4000);
  for (uint64_t I = 0; I != (Bytes + 0x4000) / 8; ++I)
    Other[I] = &Victim;
  __asm__ volatile("" : "+r"(Other) : : "memory");
  work(A, A % 3);
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I)
    from(I);
  for (int I = 0; I != 64; ++I)
    emit(Out[I]);
  emit(Victim);
}
