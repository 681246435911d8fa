// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An address is hit where it is used, and once more 25 ms later at the same place: another fault,
// which is computed again as the first was. (What is wrong every time traps again at once.)
// kind: load-address
// technique: haft
// fault: \(%r\w+,%r\w+,8\), %r
// register: first
// when: before
// at: 3,5 44
// copies: 2
// result: corrected
// dropped: skip
#include "fault.h"
#include <unistd.h>

static volatile uint64_t Calls;

NOINLINE uint64_t work(const uint64_t *P, uint64_t A) {
  Calls = Calls + A;
  return P[A] * K;
}

static uint64_t (*volatile Work)(const uint64_t *, uint64_t) = work;

int main(void) {
  static uint64_t Words[8] = {2, 3, 5, 7, 11, 13, 17, 19};
  for (uint64_t I = 1; I < 8; ++I) {
    emit(Work(Words, I));
    usleep(25000);
  }
}
