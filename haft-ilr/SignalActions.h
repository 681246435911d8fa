//===- SignalActions.h - trap handlers beside the program's ----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_ILR_SIGNALACTIONS_H
#define CRIT_ILR_SIGNALACTIONS_H

namespace llvm {
class Module;
} // namespace llvm

namespace crit {

/// Where M's haft code installs handlers for traps, ours stays in front of them
/// (runtime/Actions.c).
void keepTrapHandler(llvm::Module &M);

} // namespace crit
#endif
