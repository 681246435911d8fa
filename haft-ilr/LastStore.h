//===- LastStore.h - what was stored last through the stack pointer -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stack pointer found wrong may have become so just now. If what was stored through
// it last is not where the wrong one leads, it was right by then:
//
//     MOV [rsp+24], rax       last store: rax, at 24
//     CMP rax', [rsp+24]
//     CMP rsp, [rsp+mark]     differs: was rax written to [wrong+24]?
//
// Known as long as the value is still in its register, and nothing else was stored: it
// might have overwritten that.
//===----------------------------------------------------------------------===//
#ifndef CRIT_ILR_LASTSTORE_H
#define CRIT_ILR_LASTSTORE_H

#include "crit/records.h"
#include "llvm/CodeGen/MachineInstr.h"

namespace crit {
class X86Table;

/// Walks final code with pseudos.
class LastStore {
public:
  explicit LastStore(const llvm::MachineFunction &MF);
  /// Whether MI is the last store now.
  bool step(const llvm::MachineInstr &MI);
  /// Both ways lead on.
  void merge(const LastStore &O) {
    if (Known.At != O.Known.At || Known.What != O.Known.What || Value != O.Value)
      forget();
  }
  void forget() { Known = crit_last_store{0, 0}; }
  crit_last_store get() const { return Known; }

private:
  const X86Table *Table;
  const llvm::TargetRegisterInfo *Registers;
  crit_last_store Known = {0, 0};
  llvm::Register Value; ///< none: a constant
};

} // namespace crit
#endif
