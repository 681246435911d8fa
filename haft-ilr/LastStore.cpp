//===- LastStore.cpp - what was stored last through the stack pointer -----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "LastStore.h"
#include "CheckPseudo.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

LastStore::LastStore(const MachineFunction &MF)
    : Table(&X86Table::get(MF)), Registers(MF.getSubtarget().getRegisterInfo()) {}

bool LastStore::step(const MachineInstr &MI) {
  const X86Table &T = *Table;
  auto P = CheckPseudo::parse(MI);
  // These store, or others may do so meanwhile; what follows a landing has another
  // stack pointer.
  bool Stores = P ? P->Kind == PseudoKind::Update ||
                        P->Kind == PseudoKind::TxSplit ||
                        P->Kind == PseudoKind::TxEnd ||
                        P->Kind == PseudoKind::Landing ||
                        P->Kind == PseudoKind::Undo
                  : MI.isCall() || MI.isInlineAsm() || MI.mayStore() ||
                        MI.hasUnmodeledSideEffects();
  if (MI.isMetaInstruction() && !MI.isInlineAsm())
    return false;
  if (Known.What && (Stores || MI.modifiesRegister(T.RSP, Registers) ||
                     (Value && MI.modifiesRegister(Value, Registers))))
    forget();
  if (P || !Stores)
    return false;
  StringRef Name = T.name(MI);
  bool Constant = Name == "MOV32mi" || Name == "MOV64mi32";
  if (!Constant && Name != "MOV32mr" && Name != "MOV64mr")
    return false;
  const MachineOperand *Mem = &MI.getOperand(0);
  if (!Mem[0].isReg() || Mem[0].getReg() != T.RSP || Mem[2].getReg() ||
      !Mem[3].isImm() || Mem[4].getReg())
    return false;
  uint32_t What = CRIT_LAST_KNOWN | (Name.starts_with("MOV64") ? 3 : 2);
  const MachineOperand &Stored = MI.getOperand(5);
  if (Constant) {
    if (!Stored.isImm() || !isInt<32 - CRIT_LAST_VALUE>(Stored.getImm()))
      return false;
    Value = Register();
    What |= CRIT_LAST_CONSTANT | uint32_t(Stored.getImm()) << CRIT_LAST_VALUE;
  } else {
    Value = Stored.getReg();
    if (Value == T.RSP)
      return false;
    What |= uint32_t(T.recordNumber(Value.asMCReg())) << CRIT_LAST_VALUE;
  }
  Known = {int32_t(Mem[3].getImm()), What};
  return true;
}
