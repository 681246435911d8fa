//===- Groups.h - which uses of a root share its bounds --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_BOUNDLESS_GROUPS_H
#define CRIT_BOUNDLESS_GROUPS_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"

namespace llvm {
class BlockFrequencyInfo;
class DominatorTree;
class LoopInfo;
} // namespace llvm

namespace crit {

/// What is computed from a root.
struct Bounds {
  llvm::Value *Base = nullptr, *Size = nullptr;
  llvm::Value *Room = nullptr;  ///< bytes behind the root; where fields are all
  llvm::Value *Delta = nullptr; ///< what a compared pointer wants added
  bool Asked = false;           ///< the runtime, where the table does not know
};

/// Uses of a root that one computation of its bounds serves.
struct Group {
  llvm::Value *Root;
  llvm::Instruction *Place;
  llvm::SmallVector<llvm::Instruction *, 4> At;
  Bounds Made;
  bool Slow = false; ///< in the twin
};

using UseMap = llvm::MapVector<llvm::Value *, llvm::SmallVector<llvm::Instruction *, 4>>;
using GroupMap = llvm::DenseMap<std::pair<llvm::Value *, llvm::Instruction *>, unsigned>;

/// BFI may be null: then a root has one group. Map says which group a use is in.
llvm::SmallVector<Group, 16> groupUses(const UseMap &Uses, GroupMap &Map,
                                       llvm::Function &F, llvm::DominatorTree &DT,
                                       llvm::LoopInfo &LI,
                                       llvm::BlockFrequencyInfo *BFI);

} // namespace crit
#endif
