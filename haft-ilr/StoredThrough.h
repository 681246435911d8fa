//===- StoredThrough.h - addresses that stores have gone through -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_HAFT_ILR_STOREDTHROUGH_H
#define CRIT_HAFT_ILR_STOREDTHROUGH_H

#include "llvm/ADT/DenseMap.h"
#include <cstdint>

namespace llvm {
class MachineFunction;
class MachineInstr;
} // namespace llvm

namespace crit {

/// Of a comparison of a store's address: crit_stack_site's Through.
using ThroughMap = llvm::DenseMap<llvm::MachineInstr *, uint32_t>;

/// Has comparisons of a store's address stop instead of going back, where an earlier
/// store of the block went through the same register; or names that store, where the
/// failure path can tell by it. On final registers, before LowerChecks.
ThroughMap stopWhereStored(llvm::MachineFunction &MF);

} // namespace crit

#endif // CRIT_HAFT_ILR_STOREDTHROUGH_H
