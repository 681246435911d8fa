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

/// Of a comparison of a store's address: as in crit_stack_site.
struct StoredThrough {
  uint32_t What = 0;
  int32_t Third = 0;
  bool Stops = false; ///< if nobody can look
};
using ThroughMap = llvm::DenseMap<llvm::MachineInstr *, StoredThrough>;

/// Finds comparisons of a store's address that must not go back as if nothing had
/// happened: behind their store, or behind an earlier store of the block through the
/// same register. They get what the failure path can tell by whether it went astray, or
/// stop. On final registers, before LowerChecks.
ThroughMap stopWhereStored(llvm::MachineFunction &MF);

} // namespace crit

#endif // CRIT_HAFT_ILR_STOREDTHROUGH_H
