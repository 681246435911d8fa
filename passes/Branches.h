//===- Branches.h - conditional branches decided twice ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_PASSES_BRANCHES_H
#define CRIT_PASSES_BRANCHES_H

#include "Codec.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/CodeGen/MachineFunction.h"

namespace llvm {
class MachineDominatorTree;
}

namespace crit {

/// Lets the shadows decide every conditional branch, too. Left hears of each
/// that is left alone, and why. FromMemory: what was loaded for a decision alone
/// may be compared where it lies.
void redecideBranches(
    llvm::MachineFunction &MF, const llvm::MachineDominatorTree &MDT, Codec &C,
    llvm::function_ref<llvm::Register(llvm::Register)> Shadow,
    uint32_t DroppedChecks, bool FromMemory,
    llvm::function_ref<void(const llvm::MachineInstr &, crit_reason)> Left);

/// The block that is entered by From -> To and no other way: To itself, or a new
/// one if Split. Null if there is none.
llvm::MachineBasicBlock *edgeBlock(llvm::MachineBasicBlock &From,
                                   llvm::MachineBasicBlock &To, bool Split);

} // namespace crit
#endif
