//===- LogKnown.h - how much of the undo log is in use ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//     MOV [rsp+log], 0          in use: 0
//     MOV [rsp+log+8], xmm0
//     MOV [rsp+log], rcx        in use: 16; xmm0 holds what the last entry does
//     MOV [rcx], rax
//     CMP rsp, [rsp+mark]       differs: of 16 bytes, those that are not in the log went
//                               where the wrong one leads
//
// In loops a register counts them. Where ways meet that have logged more and less it is
// known how many there are at least.
//===----------------------------------------------------------------------===//
#ifndef CRIT_ILR_LOGKNOWN_H
#define CRIT_ILR_LOGKNOWN_H

#include "crit/records.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/CodeGen/MachineInstr.h"
#include <optional>

namespace crit {
class X86Table;

/// Walks final code with pseudos.
class LogKnown {
public:
  /// Disp: of the log's first word, from the stack pointer; Index: its frame object.
  LogKnown(const llvm::MachineFunction &MF, int64_t Disp, int Index);
  void step(const llvm::MachineInstr &MI);
  /// Both ways lead on. Returns whether less is known now.
  bool merge(const LogKnown &O);
  crit_log_known get() const;

private:
  using Values = llvm::SmallVector<std::pair<llvm::Register, int64_t>, 2>;
  /// An old value that has been written, but its address has not yet.
  struct OldValue {
    llvm::Register Index, Held;
    int64_t At;
    bool operator==(const OldValue &O) const {
      return Index == O.Index && Held == O.Held && At == O.At;
    }
    bool operator!=(const OldValue &O) const { return !(*this == O); }
  };
  void forget();
  void forget(const llvm::MachineInstr &MI);
  void count(const llvm::MachineInstr &MI);
  bool isLog(const llvm::MachineInstr &MI) const;
  void store(const llvm::MachineInstr &MI);

  const X86Table *T;
  const llvm::TargetRegisterInfo *TRI;
  int64_t Disp;
  int Index;
  std::optional<int64_t> Used; ///< at least
  bool Exact = false;          ///< and no more
  Values Counts;    ///< in use: register plus this
  Values Constants; ///< what registers hold
  std::optional<OldValue> Open;
  llvm::Register Old; ///< what the last entry holds, or none
};

} // namespace crit
#endif
