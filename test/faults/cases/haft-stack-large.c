// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A frame of more than 8 KB: the stack pointer is hit where what was read is written to
// its slots, and leads 8 KB up, to slots that the landing does not load: repaired.
// kind: checkpoint
// technique: haft
// fault: movq\s+%r\w+, 0x3\w0\(%rsp\)
// when: before
// register: rsp
// at: 1 13
// copies: 3
// result: corrected
// dropped: skip
#include "fault.h"

#define M4(M, N) M(N##0) M(N##1) M(N##2) M(N##3)
#define M16(M, N) M4(M, N##0) M4(M, N##1) M4(M, N##2) M4(M, N##3)
#define M64(M, N) M16(M, N##0) M16(M, N##1) M16(M, N##2) M16(M, N##3)
#define ALL(M) M64(M, 01) M64(M, 02) M64(M, 03) M64(M, 04) M64(M, 05) M64(M, 06) M64(M, 07)

static uint64_t Values[4096];

static NOINLINE void change(uint64_t *P) {
  for (unsigned I = 0; I != 4096; ++I)
    P[I] = P[I] * K + I;
}

NOINLINE uint64_t work(uint64_t *P) {
#define READ(N) uint64_t V##N = P[N];
#define ADD(N) Sum = Sum * 3 + (V##N ^ P[N]);
  ALL(READ)
  change(P);
  uint64_t Sum = 0;
  ALL(ADD)
  return Sum;
}

/// From where bit 13 of work's stack pointer is 0.
static NOINLINE uint64_t from(uintptr_t At) {
  volatile char Here = 0;
  if (((uintptr_t)&Here & 0x3fff) / 0x200 != At)
    return from(At) + (uint64_t)Here;
  return work(Values);
}

int main(void) {
  change(Values);
  emit(from(24));
  emit(from(24));
}
