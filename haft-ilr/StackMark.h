//===- StackMark.h - the word that the stack pointer is compared with -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_ILR_STACKMARK_H
#define CRIT_ILR_STACKMARK_H

#include <cstdint>

namespace llvm {
class MachineFunction;
class MachineInstr;
}

namespace crit {

/// On final code: distance from the stack pointer to the return address, behind the
/// prologue; ~0: not constant.
uint32_t frameSize(const llvm::MachineFunction &MF);

/// Distance from the stack pointer to its mark; -1: there is none.
int32_t markOffset(llvm::MachineFunction &MF);

/// Where it is written; null: nowhere.
llvm::MachineInstr *stackMark(llvm::MachineFunction &MF);

/// Has the mark written from a copy of the stack pointer that is taken before the
/// prologue: what hits it in the prologue, or where the mark is written, does not
/// make a mark of its own, at which all that follows would look right.
void markFromEntry(llvm::MachineFunction &MF);

} // namespace crit
#endif
