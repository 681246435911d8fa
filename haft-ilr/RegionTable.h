//===- RegionTable.h - where code that traps goes on -----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_ILR_REGIONTABLE_H
#define CRIT_ILR_REGIONTABLE_H

#include "LowerChecks.h"
#include "StoredThrough.h"
#include <vector>

namespace crit {

/// Adds the table of regions (crit_region_table) to final machine code whose
/// checks are not lowered yet. What it returns is for their lowering.
std::vector<StackFacts> makeRegionTable(llvm::MachineFunction &MF, const ThroughMap &Through);

} // namespace crit
#endif
