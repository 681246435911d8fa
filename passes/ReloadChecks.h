//===- ReloadChecks.h - registers reloaded from their slots ----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_PASSES_RELOADCHECKS_H
#define CRIT_PASSES_RELOADCHECKS_H

namespace llvm {
class MachineFunction;
} // namespace llvm

namespace crit {

/// A check behind a loop says nothing about a register that the allocator loads
/// again from its stack slot in every turn:
///
///      R = MOV [slot]                   R = MOV [slot]
///      MOV [R + i], x                   MOV [R + i], x
///                                       compare R, [slot]
///
/// For registers a store has used and no later check of the block looks at. On
/// final registers, before checks are lowered. (Found by fault injection: sort,
/// histogram.)
void addReloadChecks(llvm::MachineFunction &MF);

} // namespace crit
#endif
