//===- StoredThrough.h - addresses that stores have gone through -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_HAFT_ILR_STOREDTHROUGH_H
#define CRIT_HAFT_ILR_STOREDTHROUGH_H

#include "LowerChecks.h"
#include "llvm/ADT/DenseMap.h"

namespace llvm {
class MachineFunction;
class MachineInstr;
} // namespace llvm

namespace crit {

/// Of a comparison, for the registers of an address that it compares.
struct StoredSite {
  llvm::SmallVector<StoredThrough, 2> Registers;
  bool Stops = false; ///< if nobody can look
};
using ThroughMap = llvm::DenseMap<llvm::MachineInstr *, StoredSite>;

/// Finds comparisons of an address that must not go back as if nothing had happened:
/// behind their store, or behind an earlier store of the block through the same register. They get what the failure path can tell by whether it went astray, or
/// stop. On final registers, before LowerChecks.
ThroughMap stopWhereStored(llvm::MachineFunction &MF);

} // namespace crit

#endif // CRIT_HAFT_ILR_STOREDTHROUGH_H
