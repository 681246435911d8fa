//===- Unprotected.h - computation that runs only once ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_PASSES_UNPROTECTED_H
#define CRIT_PASSES_UNPROTECTED_H

#include "crit/records.h"
#include <optional>

namespace llvm {
class MachineFunction;
class MachineInstr;
} // namespace llvm

namespace crit {

/// Why an instruction that runs once leaves a computation without a copy; none
/// for those that only move values (calls, stores, atomics) or make them from
/// nothing (rdtsc): their operands are checked, and that is all there is.
std::optional<crit_reason> computesOnce(const llvm::MachineInstr &MI);

/// Reads a value from the x87 stack.
bool usesX87(const llvm::MachineInstr &MI);

/// Why a decision on the flags of \p D cannot be made again. \p D is null when
/// they come from another block or from several places.
crit_reason whyNotDecidedAgain(const llvm::MachineInstr *D);

} // namespace crit
#endif
