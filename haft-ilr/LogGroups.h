//===- LogGroups.h - stores that are logged together -----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_ILR_LOGGROUPS_H
#define CRIT_ILR_LOGGROUPS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace llvm {
class MachineFunction;
class MachineInstr;
} // namespace llvm

namespace crit {

/// MI stores behind the thread pointer: behind what is in the word at %fs:0.
bool isThreadLocal(const llvm::MachineInstr &MI);

/// How many bytes MI stores, if its address can be computed and what it
/// overwrites be loaded by a plain move; else 0.
unsigned loggedBytes(const llvm::MachineInstr &MI);

/// Stores of one block that go to neighbouring places are logged together, before
/// the first of them. Code: the block's instructions. Bytes: how many a store that
/// is logged writes, 0 for everything else. Ends: no group goes on before Code[I].
/// \returns by first store of a group what its marker says: bytes, and from bit 16 on
/// how many of them are below where that store goes.
llvm::DenseMap<llvm::MachineInstr *, unsigned>
groupLogged(const llvm::MachineFunction &MF,
            llvm::ArrayRef<llvm::MachineInstr *> Code,
            llvm::function_ref<unsigned(llvm::MachineInstr &)> Bytes,
            llvm::function_ref<bool(unsigned)> Ends);

} // namespace crit
#endif
