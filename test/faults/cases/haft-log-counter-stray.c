// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The address of a counter is hit at the store itself, and leads to where nothing has been
// logged: the last entry of the undo log still holds what is at the right place, and the
// process stops.
// kind: store-address
// technique: haft
// fault: movq\s+%r\w+, \(%r\w+\)$
// when: before
// at: 20 9
// copies: 2
// result: any-stop
// dropped: skip
#include "log-counter.h"
