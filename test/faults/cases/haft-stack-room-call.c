// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer of a thread is hit and leads up to where nobody has anything: what a call
// is given is read there, zero in both copies, and they agree. Nothing was spoiled, but what was
// called is not done again: to go on behind it would be wrong.
// kind: checkpoint
// technique: haft
// fault: movq\s+-?\w+\(%rsp\), %r\w+
// when: before
// register: rsp
// at: 3 23
// copies: 20
// result: not-wrong
// dropped: skip
#include "room.h"

static NOINLINE uint64_t given(uint64_t A, uint64_t B) {
  emit(A * K + B);
  return A ^ B;
}

static uint64_t (*volatile Given)(uint64_t, uint64_t) = given;

NOINLINE uint64_t work(uint64_t A, uint64_t B, uint64_t C, uint64_t D, uint64_t E, uint64_t F) {
  uint64_t X = Given(A, B);
  uint64_t Y = Given(C, D);
  return Given(E * X, F * Y) + A * B + C * D + E * F;
}

static uint64_t turn(uint64_t I) { return work(I, I + 1, I * 3, I * 5, I * 7, I * 9); }
