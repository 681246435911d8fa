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

/// x86 condition codes as they stand in JCC, SETCC and CMOV operands.
enum X86Cond : unsigned {
  CC_O = 0, CC_NO, CC_B, CC_AE, CC_E, CC_NE, CC_BE, CC_A,
  CC_S, CC_NS, CC_P, CC_NP, CC_L, CC_GE, CC_LE, CC_G
};
inline unsigned invertCond(unsigned CC) { return CC ^ 1u; }
/// The condition that tells of (~a, ~b), or of ~a and -1, what CC tells of
/// (a, b), or of a and 0. Sign conditions only for the latter; overflow and
/// parity have none.
inline unsigned mirrorCond(unsigned CC) {
  constexpr unsigned char Mirror[] = {
      CC_O, CC_NO, CC_A, CC_BE, CC_E, CC_NE, CC_AE, CC_B,
      CC_G, CC_LE, CC_P, CC_NP, CC_G, CC_LE, CC_GE, CC_L};
  return Mirror[CC];
}

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
