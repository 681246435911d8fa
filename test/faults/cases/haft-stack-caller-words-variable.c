// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As haft-stack-caller-words, but some of the words are a variable of the caller.
// kind: checkpoint
// technique: haft
// fault: movq\s+%r\w+, -?\w*\(%rsp,%r\w+\)$
// register: rsp
// when: before
// at: 3 9
// copies: 1
// result: any-stop
// dropped: skip
#define MANY_WORDS
#include "caller-variable.h"
