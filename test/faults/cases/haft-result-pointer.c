// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A pointer that a function returned is hit where it is saved: both copies are made from it.
// It traps, and traps again behind its landing; who made it had it in a frame that is still
// there, one bit away.
// kind: load-address
// technique: haft
// function: find
// fault: retq
// register: rax
// at: 3 44
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

struct thing {
  struct thing *Next;
  uint64_t Sum;
};

static struct thing Things[4];
static volatile uint64_t Calls;

static NOINLINE struct thing *find(struct thing *T, uint64_t A) {
  for (; A; --A) {
    T->Sum += A;
    T = T->Next;
  }
  Calls = Calls + 1; // what lives across this is in a slot
  return T;
}

NOINLINE uint64_t work(struct thing *T, uint64_t A) {
  struct thing *F = find(T, A & 3);
  return F->Sum * K + A;
}

int main(void) {
  for (int I = 0; I != 4; ++I)
    Things[I].Next = &Things[(I + 1) & 3];
  for (uint64_t I = 1; I < 8; ++I)
    emit(work(Things, I));
}
