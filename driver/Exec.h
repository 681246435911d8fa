//===- Exec.h - run the plan -----------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef CRIT_DRIVER_EXEC_H
#define CRIT_DRIVER_EXEC_H

#include "Plan.h"

namespace crit {

/// Becomes clang. Returns only on failure, with a message.
std::string execute(const Plan &P);

} // namespace crit
#endif
