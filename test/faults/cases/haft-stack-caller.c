// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer is hit at a store and leads to where the caller has nothing while it
// calls: the undo log's place for more entries.
// kind: checkpoint
// technique: haft
// fault: movq\s+%rdx, -?\w*\(%rsp\)$
// register: rsp
// when: before
// at: 3 9
// copies: 2
// result: corrected
// dropped: skip
#include "caller-log.h"
