// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: call-target
// fault: imul[lq].*bd1e995
// at: 2 30
#include "fault.h"

static NOINLINE uint64_t one(uint64_t X) { return X + 1; }
static NOINLINE uint64_t two(uint64_t X) { return X + 2; }
uint64_t (*volatile One)(uint64_t) = one, (*volatile Two)(uint64_t) = two;

NOINLINE uint64_t work(uint64_t A, uint64_t Base, uint64_t Step) {
  uint64_t Target = Base + (A * K >> 30 & 1) * Step;
  return 1 + ((uint64_t(*)(uint64_t))Target)(16); // stop
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I)
    emit(work(I, (uint64_t)One, (uint64_t)Two - (uint64_t)One));
}
