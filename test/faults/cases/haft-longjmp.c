// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A frame is left by longjmp, with regions open in those above it.
// kind: checkpoint
// technique: haft
// fault: imul[lq].*bd1e995
// at: 3 31
// result: corrected
// dropped: skip
#include "fault.h"
#include <setjmp.h>

static jmp_buf Back;

static NOINLINE void deep(uint64_t N, uint64_t X) {
  volatile uint64_t Local[8] = {X};
  if (N)
    deep(N - 1, X + Local[0]);
  else
    longjmp(Back, (int)(X & 0xff) | 1);
  Local[1] = X;
}

NOINLINE void work(uint64_t *Out, uint64_t A) {
  const uint64_t X = A * K;
  int Code = setjmp(Back);
  if (!Code)
    deep(A & 3, X >> 3);
  *Out = X * 31 + (uint64_t)Code;
}

int main(void) {
  uint64_t Out;
  for (uint64_t I = 1; I < 6; ++I) {
    work(&Out, I);
    emit(Out);
  }
}
