// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An argument is hit where it is moved to where its function keeps it. It is in its slot by
// then, and so comes from there again.
// kind: call-argument
// technique: haft
// fault: movq\s+%rdi, %r\w+$
// when: before
// register: rdi
// at: 3 7
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

static volatile uint64_t Numbers;

NOINLINE uint64_t number(uint64_t I) {
  ++Numbers;
  return 3 * I;
}

NOINLINE uint64_t work(uint64_t N, uint64_t A) {
  uint64_t X = number(A);
  return N * K + number(X);
}

int main(void) {
  for (uint64_t I = 1; I < 6; ++I)
    emit(work(I, I));
}
