//===- CheckedCopies.cpp - store the register that is compared ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CheckedCopies.h"
#include "CheckPseudo.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

/// Is R compared behind From before it changes?
static bool isCompared(MachineInstr &From, Register R,
                       const TargetRegisterInfo &TRI) {
  for (MachineInstr *MI = From.getNextNode(); MI; MI = MI->getNextNode()) {
    if (MI->isDebugInstr())
      continue;
    auto P = CheckPseudo::parse(*MI);
    if (P && P->Kind == PseudoKind::CompareEq && MI->readsRegister(R, &TRI))
      return true;
    if (MI->isCall() || MI->modifiesRegister(R, &TRI))
      return false;
  }
  return false;
}

void crit::storeCheckedCopies(MachineFunction &MF) {
  const X86Table &T = X86Table::get(MF);
  const TargetRegisterInfo &TRI = *MF.getSubtarget().getRegisterInfo();
  struct Copy {
    MachineInstr *Made;
    Register From, To;
  };
  for (MachineBasicBlock &MBB : MF) {
    SmallVector<Copy, 8> Copies; // both registers hold the value still
    for (MachineInstr &MI : MBB) {
      if (MI.isDebugInstr())
        continue;
      int Width = MI.getOpcode() == T.MOV32mr   ? 32
                  : MI.getOpcode() == T.MOV64mr ? 64
                                                : 0;
      for (Copy &C : Copies) {
        bool Same = C.Made->getOpcode() == (Width == 32 ? T.MOV32rr : T.MOV64rr);
        if (!Width || !Same || MI.getOperand(5).getReg() != C.From ||
            isCompared(MI, C.From, TRI) || !isCompared(MI, C.To, TRI))
          continue;
        for (MachineInstr *I = C.Made->getNextNode(); I != &MI;
             I = I->getNextNode())
          I->clearRegisterKills(C.To, &TRI);
        MI.getOperand(5).setReg(C.To);
        MI.getOperand(5).setIsKill(false);
        break;
      }
      llvm::erase_if(Copies, [&](const Copy &C) {
        return MI.modifiesRegister(C.From, &TRI) ||
               MI.modifiesRegister(C.To, &TRI);
      });
      bool Moves = MI.getOpcode() == T.MOV32rr || MI.getOpcode() == T.MOV64rr;
      if (Moves && MI.getOperand(1).isReg() && !MI.getOperand(1).isUndef() &&
          !TRI.regsOverlap(MI.getOperand(0).getReg(), MI.getOperand(1).getReg()))
        Copies.push_back(
            {&MI, MI.getOperand(1).getReg(), MI.getOperand(0).getReg()});
    }
  }
}
