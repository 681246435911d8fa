//===- Repeat.h - code that can be run again as it is ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where a comparison of the stack pointer fails and no region goes back, what used the
// wrong one can be done again if it takes all it reads as it was: its registers are not
// overwritten, and from the frame it loads before it stores.
//===----------------------------------------------------------------------===//
#ifndef CRIT_ILR_REPEAT_H
#define CRIT_ILR_REPEAT_H

#include "llvm/ADT/BitVector.h"
#include "llvm/CodeGen/MachineInstr.h"
#include <vector>

namespace crit {
class X86Table;

/// Walks final code of one block with pseudos, from a point on.
class Repeat {
public:
  explicit Repeat(const llvm::MachineFunction &MF);
  /// The point is behind MI, or later, where the stack pointer is used first.
  void begin(llvm::MachineInstr &MI);
  void end() { From = nullptr; }
  void step(llvm::MachineInstr &MI);
  /// Behind what it can be run again from; null if it cannot.
  llvm::MachineInstr *from() const { return Clean ? From : nullptr; }

private:
  void access(const llvm::MachineInstr &MI);

  const X86Table &T;
  const llvm::TargetRegisterInfo &TRI;
  llvm::MachineInstr *From = nullptr;
  bool Clean = false, Used = false;
  llvm::BitVector Read, Set; ///< units of registers
  std::vector<std::pair<int64_t, uint64_t>> Loads, Stores; ///< offset, bytes
};

} // namespace crit
#endif
