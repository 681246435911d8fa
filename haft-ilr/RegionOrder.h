//===- RegionOrder.h - the table of regions when blocks move ---*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An entry of the table holds up to the label of the next one, in the order that the
// blocks had when it was made. One that moves takes its own along:
//
//   at0: A                 at0: A
//   at1: B                 at2: D
//        C           ->    at3: C       as at1
//   at2: D                 at1: B
//===----------------------------------------------------------------------===//
#ifndef CRIT_HAFT_ILR_REGIONORDER_H
#define CRIT_HAFT_ILR_REGIONORDER_H

#include "RegionTable.h"

namespace crit {

/// A program's own trap stands in front of where it is told to be: there, no other region
/// may begin. Before the table is made.
void separateTraps(llvm::MachineFunction &MF);

class RegionOrder {
public:
  /// Remembers which entry holds where each block begins.
  RegionOrder(llvm::MachineFunction &MF, const RegionTable &Table);
  /// Puts the table into its place, in the order that the blocks have now.
  void write();

private:
  static constexpr int None = -1; ///< in front of the first entry
  struct Range {
    std::string Begin; ///< label
    int Entry;
  };
  bool same(int A, int B) const;
  const std::string &entry(int E) const;
  std::vector<Range> ranges();

  llvm::MachineFunction &MF;
  const RegionTable &Table;
  llvm::DenseMap<const llvm::MachineBasicBlock *, int> Begins;
};

} // namespace crit
#endif
