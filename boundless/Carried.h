//===- Carried.h - bounds that travel with their pointer -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   loop: p = phi p0, p2                   b0 = bounds(p0)
//         b = bounds(p); access p    loop: p = phi p0, p2;  b = phi b0, b2
//         rare ? p1 = realloc ...          access p
//         p2 = phi p, p1                   rare ? p1 = realloc ...; b1 = bounds(p1)
//                                          p2 = phi p, p1;  b2 = phi b, b1
//===----------------------------------------------------------------------===//
#ifndef CRIT_BOUNDLESS_CARRIED_H
#define CRIT_BOUNDLESS_CARRIED_H

#include "Groups.h"
#include <optional>

namespace crit {

/// Bounds of a merge of roots whose own are there already: false if they are not.
bool mergeBounds(Group &G, llvm::ArrayRef<Group> Bounded, const llvm::DominatorTree &DT);

/// The merges of a loop that a root comes from, and what comes into them.
struct CarriedWeb {
  llvm::SmallVector<llvm::Instruction *, 4> Merges;
  /// Where the bounds of each are to be computed.
  llvm::MapVector<llvm::Value *, llvm::Instruction *> Leaves;
};

/// The web of G's root, if its leaves are computed much more rarely than the bounds
/// of its merges in Bounded. No block may have been split since BFI was computed;
/// null: never.
std::optional<CarriedWeb> findWeb(const Group &G, llvm::ArrayRef<Group> Bounded,
                                  llvm::LoopInfo &LI, llvm::BlockFrequencyInfo *BFI);

/// Makes the bounds of all merges; Make those of a leaf at a place.
llvm::DenseMap<llvm::Value *, Bounds>
carryBounds(const CarriedWeb &W,
            llvm::function_ref<Bounds(llvm::Value *, llvm::Instruction *)> Make);

} // namespace crit
#endif
