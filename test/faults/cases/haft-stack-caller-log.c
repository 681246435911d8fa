// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As haft-stack-caller-dead, but there is an entry in the undo log. It is in its place, and all
// of the log that the wrong one leads to is in the caller's variable.
// kind: checkpoint
// technique: haft
// fault: movq\s+%r\w+, -?\w*\(%rsp,%r\w+\)$
// register: rsp
// when: before
// at: 4 10
// copies: 1
// result: corrected
// dropped: skip
#define LOGGED
#define BELOW 1024
#include "caller-dead.h"
