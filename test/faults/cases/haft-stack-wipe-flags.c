// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The flag is hit where the mark of the stack pointer is compared and wiped, in a function
// that has nothing to go back to: the mark is put back, compared again and wiped.
// kind: checkpoint
// technique: haft
// fault: xorq\s+%rsp, -?\w*\(%rsp\)
// register: eflags
// at: 3 6
// copies: 1
// result: corrected
// dropped: skip
#include "fault.h"

NOINLINE float work(_Float16 A) { return (float)A; }

int main(void) {
  for (int I = 1; I < 6; ++I)
    emit((uint64_t)(work((_Float16)I) * 16));
}
