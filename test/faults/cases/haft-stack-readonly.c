// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit, and leads to where something is, but
// nothing can be written: what was loaded from there goes nowhere, and nothing was stored.
// kind: checkpoint
// technique: haft
// fault: cmpq\s+%rsp, 
// when: before
// register: rsp
// at: 3 36
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"
#include <stdlib.h>
#include <sys/mman.h>

static NOINLINE uint64_t twice(uint64_t A) {
  __asm__ volatile("" : "+r"(A));
  return 2 * A;
}

NOINLINE void work(uint64_t *Out, uint64_t A) {
  uint64_t B = twice(A * K), C = twice(B + A);
  *Out = B * C + twice(C) + A;
}

int main(void) {
  uint64_t Out, At = (uint64_t)&Out & ~0xffffull, Size = 0x20000;
  void *There = (void *)((At ^ 1ull << 36) - Size / 2);
  if (mmap(There, Size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
           0) != There)
    abort();
  for (uint64_t I = 1; I < 6; ++I) {
    work(&Out, I);
    emit(Out);
  }
}
