//===- Flags.h - producing EFLAGS again ------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// EFLAGS is one register that nearly everything clobbers, clones and checks
// included. Whoever needs flags at another place has them computed again there
// from virtual registers, which in SSA still hold their values.
//===----------------------------------------------------------------------===//
#ifndef CRIT_PASSES_FLAGS_H
#define CRIT_PASSES_FLAGS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/CodeGen/MachineBasicBlock.h"

namespace crit {
class X86Table;

using RegMapper = llvm::function_ref<llvm::Register(llvm::Register)>;

/// Builds before At an instruction that sets EFLAGS as D did, as far as the
/// conditions Conds can tell, on the registers Map gives for D's. D's results
/// must be available at At. Null when D cannot be repeated (memory, fixed
/// registers, itself a reader of flags, effects of its own).
llvm::MachineInstr *repeatFlags(llvm::MachineInstr &D,
                                llvm::MachineBasicBlock &MBB,
                                llvm::MachineBasicBlock::iterator At,
                                llvm::ArrayRef<unsigned> Conds, RegMapper Map);

/// Puts the flags-related parts of a function into the form the engine wants:
///  - no EFLAGS live into a block,
///  - the flags a conditional branch reads are set by the instruction right
///    before it (register copies and other flag-free register code may lie
///    between), and read by nothing else.
/// Returns false where that was not possible; those blocks keep EFLAGS live-in
/// or a distant definition, which the engine recognises.
bool tightenFlags(llvm::MachineFunction &MF);

/// The instruction whose flags the terminators of MBB read if it stands in the
/// tight form described above, else null.
llvm::MachineInstr *tightBranchFlags(llvm::MachineBasicBlock &MBB);

/// Clears EFLAGS dead/kill marks made stale by new readers and recomputes
/// "dead" on the definitions of one block.
void recomputeFlagLiveness(llvm::MachineBasicBlock &MBB);

} // namespace crit
#endif
