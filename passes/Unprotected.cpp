//===- Unprotected.cpp - computation that runs only once ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Unprotected.h"
#include "X86Table.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineInstr.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"

using namespace llvm;
using namespace crit;

static bool isShared(const MachineInstr &MI) {
  return MI.hasOrderedMemoryRef() ||
         llvm::any_of(MI.memoperands(), [](const MachineMemOperand *MMO) {
           return MMO->isVolatile() || MMO->isAtomic();
         });
}

std::optional<crit_reason> crit::computesOnce(const MachineInstr &MI) {
  if (MI.isCall() || MI.isInlineAsm() || MI.isTerminator() ||
      MI.isTransient() || MI.isPosition())
    return std::nullopt;
  const X86Table &T = X86Table::get(*MI.getMF());
  auto IsVirtual = [](const MachineOperand &MO) {
    return MO.getReg().isVirtual();
  };
  // Arithmetic on a plain place in memory that could not be taken apart.
  if (MI.mayLoad() && MI.mayStore() && T.memoryOperand(MI) >= 0 &&
      !isShared(MI))
    return CRIT_REASON_Other;
  // A result made from registers by something that may not happen twice.
  if (MI.hasUnmodeledSideEffects() && !MI.mayLoadOrStore() &&
      llvm::any_of(MI.all_uses(), IsVirtual) &&
      llvm::any_of(MI.all_defs(), IsVirtual))
    return CRIT_REASON_SideEffect;
  return std::nullopt;
}

bool crit::usesX87(const MachineInstr &MI) {
  const X86Table &T = X86Table::get(*MI.getMF());
  const MachineRegisterInfo &MRI = MI.getMF()->getRegInfo();
  return llvm::any_of(MI.all_uses(), [&](const MachineOperand &MO) {
    return MO.getReg().isVirtual() &&
           T.kind(MRI.getRegClass(MO.getReg())) == RegKind::X87;
  });
}

crit_reason crit::whyNotDecidedAgain(const MachineInstr *D) {
  if (!D)
    return CRIT_REASON_FlagsAcrossBlocks;
  if (D->isInlineAsm())
    return CRIT_REASON_InlineAsm;
  if (D->mayStore() || D->isCall() || D->hasUnmodeledSideEffects())
    return CRIT_REASON_SideEffect;
  if (usesX87(*D))
    return CRIT_REASON_X87;
  const X86Table &T = X86Table::get(*D->getMF());
  const MachineRegisterInfo &MRI = D->getMF()->getRegInfo();
  bool Fixed = false;
  for (const MachineOperand &MO : D->all_uses()) {
    if (!MO.getReg().isVirtual())
      Fixed = true;
    else if (T.kind(MRI.getRegClass(MO.getReg())) == RegKind::Other)
      return CRIT_REASON_RegClass;
  }
  return Fixed ? CRIT_REASON_PhysReg : CRIT_REASON_Other;
}
