//===- MemoryFacts.h - which loads may run twice ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A plain load may simply run twice when no other thread or signal handler can
// change the place between the two loads: constants, stack slots whose address
// never leaves the function. Everything else may be raced on by programs that
// get away with it, and is verified (see CheckPseudo Verify).
//===----------------------------------------------------------------------===//
#ifndef CRIT_PASSES_MEMORYFACTS_H
#define CRIT_PASSES_MEMORYFACTS_H

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"

namespace llvm {
class MachineFunction;
class MachineInstr;
class Value;
} // namespace llvm

namespace crit {

class MemoryFacts {
public:
  explicit MemoryFacts(const llvm::MachineFunction &MF);
  /// Every byte MI reads is constant or private to this activation.
  bool isRaceFree(const llvm::MachineInstr &MI);
  /// MI reads memory exactly once, plainly: may be repeated.
  static bool isPlainLoad(const llvm::MachineInstr &MI);

private:
  bool isPrivate(const llvm::Value *V);
  const llvm::MachineFunction &MF;
  llvm::BitVector EscapedSlots; ///< by frame index, fixed objects excluded
  llvm::DenseMap<const llvm::Value *, bool> Private;
};

} // namespace crit
#endif
