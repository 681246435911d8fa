// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit where a function takes its caller's registers back, so that it
// returns to nowhere: it is made to return again, from where its return address is.
// kind: checkpoint
// technique: haft
// fault: popq\s+%r\w+|retq
// register: rsp
// at: 3 5
// when: before
// copies: 5
// result: corrected
// dropped: skip
#include "stack-end.h"
