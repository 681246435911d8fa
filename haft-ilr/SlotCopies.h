//===- SlotCopies.h - registers that a word of the frame holds too -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//     MOV [rsp+24], rdi        rdi is at 24
//     ...                      until either is written to
//     MOV rdi, [rsp+24]
//
// A third copy: of two that differ it tells which one was hit.
//===----------------------------------------------------------------------===//
#ifndef CRIT_HAFT_ILR_SLOTCOPIES_H
#define CRIT_HAFT_ILR_SLOTCOPIES_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/CodeGen/Register.h"
#include <optional>
#include <vector>

namespace llvm {
class MachineBasicBlock;
class MachineFunction;
class MachineInstr;
class TargetRegisterInfo;
} // namespace llvm

namespace crit {
class X86Table;

/// Of final registers, 64 bits each, with pseudos; where each word is from the stack
/// pointer.
class SlotCopies {
public:
  explicit SlotCopies(llvm::MachineFunction &MF);
  void enter(const llvm::MachineBasicBlock &MBB);
  void step(const llvm::MachineInstr &MI);
  std::optional<int32_t> of(llvm::Register R) const;

private:
  /// Registers and where each is, in the order of their numbers.
  using State = std::vector<std::pair<unsigned, int32_t>>;
  void store(int32_t At, uint64_t Bytes);
  void add(unsigned R, int64_t At);

  const X86Table &T;
  const llvm::TargetRegisterInfo &TRI;
  State Now;
  llvm::DenseMap<const llvm::MachineBasicBlock *, State> In;
};

} // namespace crit
#endif
