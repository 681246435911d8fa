//===- SlotCopies.h - registers that a word of the frame holds too -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//     MOV [rsp+24], rdi        rdi is at 24
//     CMP rdi, rdi'            and neither has been hit
//     MOV rbx, rdi             rbx is at 24, too
//     SHL rbx, 4               and is that, shifted
//     ...                      until either is written to
//     MOV rdi, [rsp+24]
//
// A third copy: of two that differ it tells which one was hit. Not before it has been
// compared: a register that is hit and written down then is wrong in both.
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
struct CheckPseudo;
class X86Table;

/// Of final registers, 64 bits each, with pseudos; where each word is from the stack
/// pointer.
class SlotCopies {
public:
  explicit SlotCopies(llvm::MachineFunction &MF);
  void enter(const llvm::MachineBasicBlock &MBB);
  void step(const llvm::MachineInstr &MI);
  struct Word {
    int32_t At;
    unsigned Shift; ///< R is that, to the left
  };
  std::optional<Word> of(llvm::Register R) const;

private:
  struct Fact {
    unsigned Register;
    int32_t At;
    bool Right; ///< compared since it was written there
    unsigned Shift = 0;
    bool operator==(const Fact &O) const {
      return Register == O.Register && At == O.At && Right == O.Right && Shift == O.Shift;
    }
  };
  /// In the order of their numbers, each once.
  using State = std::vector<Fact>;
  const Fact *find(unsigned R) const;
  static void meet(State &S, const State &O);
  void store(int32_t At, uint64_t Bytes);
  void add(Fact New);
  void compared(int32_t At, unsigned Shift);
  void compare(const llvm::MachineInstr &MI, const CheckPseudo &P);

  const X86Table &T;
  const llvm::TargetRegisterInfo &TRI;
  State Now;
  llvm::DenseMap<const llvm::MachineBasicBlock *, State> In;
};

} // namespace crit
#endif
