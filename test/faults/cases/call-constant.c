// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kind: call-argument
// fault: movl\s+\$0x5bd1e995, %edi
// at: 2 5
// copies: 1
#include "fault.h"

static NOINLINE uint64_t one(uint64_t X) { return X + 1; }
uint64_t (*volatile One)(uint64_t) = one;

NOINLINE uint64_t work(uint64_t (*Function)(uint64_t)) {
  return Function(K) * 3; // stop
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I)
    emit(work(One));
}
