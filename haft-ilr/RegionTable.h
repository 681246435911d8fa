//===- RegionTable.h - where code that traps goes on -----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_ILR_REGIONTABLE_H
#define CRIT_ILR_REGIONTABLE_H

#include "LowerChecks.h"
#include "StoredThrough.h"
#include <string>
#include <vector>

namespace crit {

/// The table of regions of a function (crit_region_table), but for the order of what its
/// entries are about. Each holds from a label in the code to the next one's.
struct RegionTable {
  std::vector<StackFacts> Facts; ///< for the lowering of checks
  /// Behind the code, where the table will be; none: there is no table.
  llvm::MachineBasicBlock *End = nullptr;
  llvm::DenseMap<const llvm::MachineInstr *, unsigned> Labels; ///< to entries
  std::vector<std::string> Entries; ///< each without where it begins
  /// The rest of its text: up to how many entries there are, from there up to where the
  /// first begins, from there up to the entries, and what follows them.
  std::string Opening, Counts, Header, Rest;
};

/// Describes final machine code whose checks are not lowered yet.
RegionTable makeRegionTable(llvm::MachineFunction &MF, const ThroughMap &Through);

} // namespace crit
#endif
