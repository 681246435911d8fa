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
#include "llvm/ADT/DenseSet.h"

namespace llvm {
class MachineFunction;
class MachineInstr;
class MachineLoop;
class MachineLoopInfo;
class Value;
} // namespace llvm

namespace crit {

class MemoryFacts {
public:
  explicit MemoryFacts(const llvm::MachineFunction &MF);
  /// Every byte MI reads is constant or private to this activation.
  bool isRaceFree(const llvm::MachineInstr &MI);
  /// Marks the plain loads of loops in which nothing leaves the program (no call,
  /// no synchronisation) whose address advances with the loop: elements of an
  /// array, worked on in bulk. A flag, counter or pointer that threads race on
  /// is polled at one place or found through another pointer.
  void findBulkLoads(const llvm::MachineLoopInfo &MLI);
  bool isBulk(const llvm::MachineInstr &MI) const { return Bulk.count(&MI); }
  /// Old is about to be erased, New does its load.
  void replaceLoad(const llvm::MachineInstr &Old,
                   const llvm::MachineInstr &New) {
    if (Bulk.erase(&Old))
      Bulk.insert(&New);
  }
  /// MI reads memory exactly once, plainly: may be repeated.
  static bool isPlainLoad(const llvm::MachineInstr &MI);

private:
  void findBulkLoads(const llvm::MachineLoop &L);
  bool isPrivate(const llvm::Value *V);
  const llvm::MachineFunction &MF;
  llvm::BitVector EscapedSlots; ///< by frame index, fixed objects excluded
  llvm::DenseMap<const llvm::Value *, bool> Private;
  llvm::DenseSet<const llvm::MachineInstr *> Bulk;
};

} // namespace crit
#endif
