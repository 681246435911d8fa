//===- SeparateStreams.h - masters first, then shadows ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_PASSES_SEPARATESTREAMS_H
#define CRIT_PASSES_SEPARATESTREAMS_H

#include "llvm/ADT/STLFunctionalExtras.h"

namespace llvm {
class MachineFunction;
class MachineInstr;
} // namespace llvm

namespace crit {

/// In machine SSA, EFLAGS' liveness known: in loops of one block that do not fit into
/// the registers and come closer by it, the second copies go behind all of the first
/// ones, between every two instructions that have to stay where they are.
void separateStreams(llvm::MachineFunction &MF,
                     llvm::function_ref<bool(const llvm::MachineInstr &)> IsShadow);

} // namespace crit
#endif
