//===- LoadFor.cpp - loads whose value is needed once ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "LoadFor.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

MachineInstr *crit::loadFor(Register V, const MachineInstr &User,
                            ShadowLookup Shadow) {
  const MachineFunction &MF = *User.getMF();
  const MachineRegisterInfo &MRI = MF.getRegInfo();
  const X86Table &T = X86Table::get(MF);
  const TargetInstrInfo &TII = *MF.getSubtarget().getInstrInfo();
  auto OnlyUse = [&](Register R, const MachineInstr &By) {
    return llvm::all_of(MRI.use_nodbg_instructions(R),
                        [&](const MachineInstr &MI) { return &MI == &By; });
  };
  MachineInstr *Load = V.isVirtual() ? MRI.getVRegDef(V) : nullptr;
  if (!Load || Load->getParent() != User.getParent() || !OnlyUse(V, User) ||
      Shadow(V) == V || !MRI.use_nodbg_empty(Shadow(V)))
    return nullptr;
  auto P = CheckPseudo::parse(*Load);
  if (P && P->Kind == PseudoKind::Verify && !P->Diff) {
    MachineInstr *Verify = Load;
    if (Verify->getOperand(3).getReg() != V)
      return nullptr;
    Register M = Verify->getOperand(P->A).getReg();
    Load = MRI.getVRegDef(M);
    if (!Load || Load->getParent() != User.getParent() || !OnlyUse(M, *Verify))
      return nullptr;
  }
  if (!Load->mayLoad() || Load->mayStore() || Load->isInlineAsm() ||
      Load->hasOrderedMemoryRef() || Load->getNumExplicitOperands() != 6 ||
      T.memoryOperand(*Load) != 1)
    return nullptr;
  // Linkers know some relocations (thread-local ones) in a MOV alone.
  if (Load->getOperand(4).getTargetFlags())
    return nullptr;
  for (auto I = std::next(Load->getIterator()); &*I != &User; ++I)
    if (!TII.isFrameInstr(*I) &&
        (I->mayStore() || I->isCall() || I->hasUnmodeledSideEffects() ||
         I->isPosition() ||
         (I->mayLoad() && !I->isInlineAsm() && I->hasOrderedMemoryRef())))
      return nullptr;
  return Load;
}

void crit::dropVerification(Register V, MachineInstr &Load) {
  MachineRegisterInfo &MRI = Load.getMF()->getRegInfo();
  MachineInstr *Verify = MRI.getVRegDef(V);
  if (Verify == &Load)
    return;
  MRI.markUsesInDebugValueAsUndef(Load.getOperand(0).getReg());
  Verify->eraseFromParent();
  Load.getOperand(0).setReg(V);
}

SmallVector<Register, 5> crit::shadowAddress(const MachineInstr &Load,
                                             ShadowLookup Shadow) {
  SmallVector<Register, 5> Address(5);
  for (unsigned I = 0; I != 5; ++I)
    if (const MachineOperand &MO = Load.getOperand(1 + I);
        MO.isReg() && MO.getReg().isVirtual())
      Address[I] = Shadow(MO.getReg());
  return Address;
}
