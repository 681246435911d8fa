// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The address of vectors that are logged is hit when it has been compared, before the
// first or the second store, and leads to where nothing has been logged: what was there is
// not known, and the process stops.
// kind: store-address
// technique: haft
// fault: mov(dq|ap|up|)[sdau]\s+%xmm\d+, (16)?\(%r\w+\)$
// when: before
// at: 40 9
// copies: 2
// result: any-stop
#include "log-vector.h"
