//===- X86Table.h - the x86 facts the passes need --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one place that knows x86-64: opcodes, registers, condition codes, which
// register class holds what, how two registers are compared. LLVM's target
// headers are not installed, so everything is found by name. Another target is
// another such table.
//===----------------------------------------------------------------------===//
#ifndef CRIT_PASSES_X86TABLE_H
#define CRIT_PASSES_X86TABLE_H

#include "X86Cond.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/CodeGen/MachineInstr.h"
#include "llvm/CodeGen/TargetRegisterInfo.h"
#include <optional>

namespace llvm {
class MachineFunction;
class TargetInstrInfo;
} // namespace llvm

namespace crit {

/// What a register class holds, as far as copying and comparing goes.
enum class RegKind { Gpr, FpScalar, Vec128, Vec256, Vec512, Mask, X87, Other };

class X86Table {
public:
  /// The table of the process; built at the first call, read-only afterwards.
  static const X86Table &get(const llvm::MachineFunction &MF);
  /// Empty when every name was found, else what is missing.
  const std::string &missing() const { return Missing; }

#define CRIT_X86_OP(NAME) unsigned NAME = 0;
#include "X86Ops.def"

  llvm::MCRegister EFLAGS, RSP, RAX, NoReg;
  unsigned SubLow8 = 0, SubLow16 = 0, SubLow32 = 0, SubXmm = 0, SubYmm = 0;

  RegKind kind(const llvm::TargetRegisterClass *RC) const {
    return Kinds[RC->getID()];
  }
  const llvm::TargetRegisterClass *regClass(llvm::StringRef Name) const {
    return Classes.lookup(Name);
  }
  /// Number of a physical register as records.h counts it.
  unsigned recordNumber(llvm::MCRegister R) const;
  /// Opcode by name, 0 if there is none.
  unsigned opcode(llvm::StringRef Name) const;
  llvm::StringRef name(const llvm::MachineInstr &MI) const;

  /// Condition operand of a JCC/SETCC/CMOV, or nullopt for other readers.
  std::optional<unsigned> condOperand(const llvm::MachineInstr &MI) const;
  bool readsFlags(const llvm::MachineInstr &MI) const;
  /// Defines EFLAGS and somebody reads it.
  bool definesLiveFlags(const llvm::MachineInstr &MI) const;
  bool touchesFlags(const llvm::MachineInstr &MI) const;
  /// Register form of DIV or IDIV.
  bool isDivision(const llvm::MachineInstr &MI) const;
  /// MF may use vector registers as it likes.
  bool hasVectors(const llvm::MachineFunction &MF) const;
  /// First of the five operands (base, scale, index, disp, segment) of an
  /// explicit memory reference, -1 without one.
  int memoryOperand(const llvm::MachineInstr &MI) const;

private:
  // Nothing of MF is kept: under LTO its target outlives only its module.
  explicit X86Table(const llvm::MachineFunction &MF);
  std::vector<RegKind> Kinds;
  std::vector<uint8_t> RecordNumbers; ///< by physical register
  llvm::StringMap<const llvm::TargetRegisterClass *> Classes;
  std::string Missing;
};

} // namespace crit
#endif
