// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack pointer of a thread is hit at a store and leads 8 MB up: to where Crit has left
// room above the thread's first frame, and nothing is.
// kind: checkpoint
// technique: haft
// fault: movq\s+%r(?:dx|si|di), -?\w*\(%rsp\)$
// when: before
// register: rsp
// at: 3 23
// copies: 2
// result: corrected
// dropped: skip
#include "room.h"

static uint64_t Out[2] = {2, K};

#include "three-words.h"

static uint64_t turn(uint64_t I) { return work(Out, I); }
