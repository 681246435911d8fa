// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As haft-stack-caller, but where the store went is one of six words: all of them are where the
// caller has nothing.
// kind: checkpoint
// technique: haft
// fault: movq\s+%r\w+, -?\w*\(%rsp,%r\w+\)$
// register: rsp
// when: before
// at: 3 9
// copies: 1
// result: corrected
// dropped: skip
#define MANY_WORDS
#include "caller-log.h"
