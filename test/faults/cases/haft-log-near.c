// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An entry of the undo log with two words of what was there, the second a pointer: the stack
// pointer is hit where it is written, and leads two words down. The pointer is then where
// the right log begins, like the address of an entry: nothing must be put back there.
// kind: checkpoint
// technique: haft
// fault: movups\s+\(%r\w+\), %xmm0
// register: rsp
// at: 4 4
// copies: 1
// result: any-stop
// dropped: skip
#include "fault.h"

struct pair {
  uint64_t Sum;
  uint64_t *Next;
};
static uint64_t Pool[8];

NOINLINE void work(struct pair *P, uint64_t N) {
  uint64_t Sum = P->Sum;
  uint64_t *Next = P->Next;
  P->Sum = Sum * K + N;
  P->Next = Next + 1;
}

/// So that bit 4 of work's stack pointer is set.
static NOINLINE void callAt(struct pair *P, uint64_t N) {
  uint64_t Here = (uint64_t)__builtin_frame_address(0);
  volatile char *Room = __builtin_alloca((Here & 0x3ff) + 16);
  Room[0] = 0;
  work(P, N);
  Room[0] = 1;
}

int main(void) {
  struct pair P = {1, Pool};
  for (int I = 0; I != 8; ++I)
    Pool[I] = 77 + (uint64_t)I;
  for (uint64_t I = 1; I < 7; ++I) {
    callAt(&P, I);
    emit(P.Sum);
  }
  for (int I = 0; I != 8; ++I)
    emit(Pool[I]);
}
