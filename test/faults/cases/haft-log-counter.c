// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The address of a counter is compared again behind the store, and hit just then, as is
// its new value: that the store came where it should is seen from the last entry of the undo
// log, whose value is not there any more.
// kind: store-address
// technique: haft
// fault: cmpq\s+%r\w+, %r\w+$
// when: before
// at: 20 9
// copies: 3
// result: corrected
// dropped: skip
#include "log-counter.h"
