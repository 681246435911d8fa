// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit where its mark is compared and wiped at the end of a function:
// what was wiped through the wrong one is put back.
// kind: checkpoint
// technique: haft
// fault: xorq\s+%rsp, -?\w*\(%rsp\)
// register: rsp
// at: 3 21
// when: before
// copies: 1
// result: corrected
// dropped: skip
#include "stack-end.h"
