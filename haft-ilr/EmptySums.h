//===- EmptySums.h - additions of nothing -----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_HAFT_ILR_EMPTYSUMS_H
#define CRIT_HAFT_ILR_EMPTYSUMS_H

namespace llvm {
class MachineFunction;
} // namespace llvm

namespace crit {

/// A store that is logged goes through a copy of its base, made by an LEA, which no pass
/// sees through. In code that no pass sees any more: a move, or nothing.
void dropEmptySums(llvm::MachineFunction &MF);

} // namespace crit
#endif
