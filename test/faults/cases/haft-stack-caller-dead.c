// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As haft-stack-caller-words, but where the words are there is a variable, which holds nothing
// in one of two calls: this one.
// kind: checkpoint
// technique: haft
// fault: movq\s+%r\w+, -?\w*\(%rsp,%r\w+\)$
// register: rsp
// when: before
// at: 4 9
// copies: 1
// result: corrected
// dropped: skip
#define MANY_WORDS
#define BELOW 512
#include "caller-dead.h"
