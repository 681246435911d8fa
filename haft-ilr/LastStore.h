//===- LastStore.h - what was stored last through the stack pointer -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stack pointer found wrong may have become so just now. If what was stored through
// it is in its place, and not where the wrong one leads, it was right by then, and only what
// was written since can be elsewhere:
//
//     MOV [rsp+24], rax       a known store: rax, at 24
//     MOV [rsp+r14+64], rcx   written since
//     CMP rsp, [rsp+mark]     differs: was rax written to [wrong+24]?
//
// Or by an index, while that has not changed and nothing else was stored. What reads it back
// with the second copies tells as much: those may stay when the first are gone.
//
// Known as long as the value is still in its register and nothing else was stored there. A
// constant stays known: of the region's number, which its cut writes, there is one nearly
// everywhere.
//===----------------------------------------------------------------------===//
#ifndef CRIT_ILR_LASTSTORE_H
#define CRIT_ILR_LASTSTORE_H

#include "StackDamage.h"
#include "crit/records.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/CodeGen/MachineInstr.h"
#include <optional>

namespace crit {
struct CheckPseudo;
class X86Table;

/// Walks final code with pseudos.
class LastStore {
public:
  LastStore(const llvm::MachineFunction &MF, const StackDamage &Damage);
  /// Whether MI is a known store to a fixed place.
  bool step(const llvm::MachineInstr &MI);
  /// Both ways lead on: what they have in common.
  void merge(const LastStore &O);
  void forget() { All.clear(); }
  /// What is done again begins here: without those since which something was written that
  /// is not.
  void begin();

  struct Candidate {
    const llvm::MachineInstr *MI;
    crit_last_store Known; ///< without what was written since
    llvm::Register Value;  ///< none: a constant
    llvm::Register Index;  ///< none: a fixed place
    StackWrites Since;
  };
  /// The one least was written since, the next one; null: there is none.
  const Candidate *get(unsigned N = 0) const {
    return N < All.size() ? &All[All.size() - 1 - N] : nullptr;
  }

private:
  bool overwrites(const llvm::MachineInstr &MI, const Candidate &C) const;
  std::optional<Candidate> known(const llvm::MachineInstr &MI) const;
  std::optional<Candidate> readBack(const llvm::MachineInstr &MI, const CheckPseudo &P) const;
  std::optional<Candidate> indexed(const llvm::MachineInstr &MI, unsigned Mem,
                                   llvm::Register Value, unsigned Log2) const;

  const X86Table *Table;
  const llvm::TargetRegisterInfo *Registers;
  const StackDamage *Damage;
  llvm::SmallVector<Candidate, 3> All; ///< the latest last
};

} // namespace crit
#endif
