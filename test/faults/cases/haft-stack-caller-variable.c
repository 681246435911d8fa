// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As haft-stack-caller, but what it leads to is a variable of the caller.
// kind: checkpoint
// technique: haft
// fault: movq\s+%rdx, -?\w*\(%rsp\)$
// register: rsp
// when: before
// at: 3 9
// copies: 2
// result: any-stop
// dropped: skip
#include "caller-variable.h"
