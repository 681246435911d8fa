//===- LoadFor.h - loads whose value is needed once -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_PASSES_LOADFOR_H
#define CRIT_PASSES_LOADFOR_H

#include "Codec.h"

namespace crit {

/// The load that V comes from, verified or not, if only User needs V and memory
/// does not change between the two, in one block: User may then look at memory
/// itself. Else null.
llvm::MachineInstr *loadFor(llvm::Register V, const llvm::MachineInstr &User,
                            ShadowLookup Shadow);

/// V is what Load (of loadFor) got, no matter what its copy got.
void dropVerification(llvm::Register V, llvm::MachineInstr &Load);

/// Shadows of the five operands of Load's address, invalid for those without.
llvm::SmallVector<llvm::Register, 5> shadowAddress(const llvm::MachineInstr &Load,
                                                   ShadowLookup Shadow);

} // namespace crit
#endif
