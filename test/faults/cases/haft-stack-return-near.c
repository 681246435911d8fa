// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As haft-stack-return, by less than a word: what it takes from there is made of two.
// kind: checkpoint
// technique: haft
// fault: popq\s+%r\w+|retq|addq\s+\$\w+, %rsp
// register: rsp
// at: 3 1
// when: before
// copies: 6
// result: corrected
// dropped: skip
#include "stack-end.h"
