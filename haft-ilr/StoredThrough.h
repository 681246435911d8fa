//===- StoredThrough.h - addresses that stores have gone through -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_HAFT_ILR_STOREDTHROUGH_H
#define CRIT_HAFT_ILR_STOREDTHROUGH_H

namespace llvm {
class MachineFunction;
} // namespace llvm

namespace crit {

/// Has comparisons of a store's address stop instead of going back, where an earlier
/// store of the block went through the same register. On final registers, before
/// LowerChecks.
void stopWhereStored(llvm::MachineFunction &MF);

} // namespace crit

#endif // CRIT_HAFT_ILR_STOREDTHROUGH_H
