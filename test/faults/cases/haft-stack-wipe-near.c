// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As haft-stack-wipe, but the wrong one leads into the frame, above a call that was made
// through the right one.
// kind: checkpoint
// technique: haft
// fault: xorq\s+%rsp, -?\w*\(%rsp\)
// register: rsp
// at: 3 6
// when: before
// copies: 1
// result: corrected
// dropped: skip
#include "stack-end.h"
