// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The address of vectors that are logged is hit when it has been compared, before the
// first or the second store: seen behind them. The place that it led to is in the log as
// well, from a turn before, so that what was there is known.
// kind: store-address
// technique: haft
// fault: mov(dq|ap|up|)[sdau]\s+%xmm\d+, (16)?\(%r\w+\)$
// when: before
// at: 40 5
// copies: 2
// result: corrected
#include "log-vector.h"
