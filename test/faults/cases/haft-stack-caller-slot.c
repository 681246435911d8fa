// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As haft-stack-caller, at the last of several stores whose values are known: the one before it
// tells that only this one went there.
// kind: checkpoint
// technique: haft
// fault: movq\s+%rdi, -?\w*\(%rsp\)$
// register: rsp
// when: before
// at: 3 9
// copies: 1
// result: corrected
// dropped: skip
#include "caller-log.h"
