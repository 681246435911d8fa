// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit where entries of the undo log are written, and leads upwards, to
// where the log has nothing yet: they are taken over from there.
// kind: checkpoint
// technique: haft
// fault: movups\s+%xmm0, -?\w*\(%rsp\)
// when: before
// register: rsp
// at: 3 6
// copies: 3
// result: corrected
// dropped: skip
#include "fault.h"

struct buffer {
  uint64_t Used, A, Peak, B, Last;
};

NOINLINE void work(struct buffer *B, uint64_t N) {
  B->Last = B->Last * K + N;
  B->Used += B->Last & 15;
  B->Peak ^= B->Used;
}

static NOINLINE void from(void) {
  struct buffer B = {0};
  for (uint64_t I = 1; I < 9; ++I) {
    work(&B, I);
    emit(B.Used * K + B.Peak);
  }
}

/// Bit 6 of work's stack pointer is 0.
static NOINLINE void aligned(void) {
  char *Low = __builtin_alloca(16);
  Low = __builtin_alloca(((uintptr_t)Low - 928) & 0x3ff);
  __asm__ volatile("" : "+r"(Low) : : "memory");
  from();
}

int main(void) {
  aligned();
}
