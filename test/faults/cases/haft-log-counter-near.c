// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The address of a counter is hit at the store itself, or where it is written to the undo
// log, by so little that the store changes the right place as well: that something has
// changed there does not say that the store came there.
// kind: store-address
// technique: haft
// fault: movq\s+%r\w+, (?:\(%r\w+\)|\w+\(%rsp,%r\w+\))$
// register: r15
// when: before
// at: 20 1
// copies: 4
// result: any-stop
// dropped: skip
#include "log-counter.h"
