// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As haft-stack-caller-dead, in the call where the variable is needed.
// kind: checkpoint
// technique: haft
// fault: movq\s+%r\w+, -?\w*\(%rsp,%r\w+\)$
// register: rsp
// when: before
// at: 3 9
// copies: 1
// result: any-stop
// dropped: skip
#include "haft-stack-caller-dead.c"
