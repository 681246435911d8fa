//===- Induction.h - values that advance with a loop -----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_PASSES_INDUCTION_H
#define CRIT_PASSES_INDUCTION_H

#include "llvm/CodeGen/MachineInstr.h"

namespace llvm {
class MachineLoop;
} // namespace llvm

namespace crit {

/// Phi is i = phi(init, n) of L and n = i + constant: the increment, else null.
llvm::MachineInstr *increment(llvm::MachineInstr &Phi,
                              const llvm::MachineLoop &L);

/// R is an induction variable of L or computed, without memory, from one and
/// from what L does not change.
bool advancesWith(llvm::Register R, const llvm::MachineLoop &L);

} // namespace crit
#endif
