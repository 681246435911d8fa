//===- StackMark.cpp - the word that the stack pointer is compared with ---===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "StackMark.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineInstrBuilder.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

uint32_t crit::frameSize(const MachineFunction &MF) {
  const X86Table &T = X86Table::get(MF);
  uint32_t Size = 0;
  if (MF.getFrameInfo().hasVarSizedObjects())
    return ~0u;
  for (const MachineInstr &MI : MF.front()) {
    if (!MI.getFlag(MachineInstr::FrameSetup) || MI.isCFIInstruction())
      continue;
    StringRef Name = T.name(MI);
    if (Name.starts_with("PUSH64"))
      Size += 8;
    else if (Name.starts_with("SUB64ri") && MI.getOperand(0).getReg() == T.RSP)
      Size += MI.getOperand(2).getImm();
    else if (MI.modifiesRegister(T.RSP, nullptr))
      return ~0u;
  }
  return Size;
}

static bool isMark(const MachineInstr &MI, const X86Table &T) {
  return T.name(MI) == "MOV64mr" && MI.getOperand(5).getReg() == T.RSP &&
         MI.getOperand(0).isReg() && MI.getOperand(0).getReg() == T.RSP &&
         !MI.getFlag(MachineInstr::FrameSetup) && MI.getOperand(3).isImm();
}

MachineInstr *crit::stackMark(MachineFunction &MF) {
  const X86Table &T = X86Table::get(MF);
  for (MachineInstr &MI : MF.front())
    if (isMark(MI, T))
      return &MI;
  return nullptr;
}

int32_t crit::markOffset(MachineFunction &MF) {
  const MachineInstr *Mark = stackMark(MF);
  return Mark ? Mark->getOperand(3).getImm() : -1;
}

void crit::markFromEntry(MachineFunction &MF) {
  const X86Table &T = X86Table::get(MF);
  const TargetInstrInfo &TII = *MF.getSubtarget().getInstrInfo();
  const TargetRegisterInfo &TRI = *MF.getSubtarget().getRegisterInfo();
  // Nobody passes anything in it, and no prologue of a fixed size uses it.
  MCRegister Copy;
  for (MCPhysReg R : *T.regClass("GR64"))
    if (StringRef(TRI.getName(R)) == "R11")
      Copy = R;
  uint32_t Size = frameSize(MF);
  MachineBasicBlock &Entry = MF.front();
  if (!Copy || Size == ~0u || Entry.isLiveIn(Copy) || !Entry.pred_empty())
    return;
  auto First = Entry.begin();
  while (First != Entry.end() &&
         (First->isMetaInstruction() || T.name(*First) == "ENDBR64"))
    ++First;
  if (First == Entry.end() ||
      (!First->getFlag(MachineInstr::FrameSetup) && !isMark(*First, T)))
    return;
  for (auto I = First; I != Entry.end(); ++I) {
    if (isMark(*I, T)) {
      MachineInstr *C =
          Size ? BuildMI(Entry, First, DebugLoc(), TII.get(T.opcode("LEA64r")), Copy)
                     .addReg(T.RSP)
                     .addImm(1)
                     .addReg(0)
                     .addImm(-int64_t(Size))
                     .addReg(0)
                     .getInstr()
               : BuildMI(Entry, First, DebugLoc(), TII.get(T.MOV64rr), Copy)
                     .addReg(T.RSP)
                     .getInstr();
      C->setFlag(MachineInstr::FrameSetup);
      I->getOperand(5).setReg(Copy);
      I->getOperand(5).setIsKill();
      return;
    }
    if (I->isCall() || I->isInlineAsm() || I->readsRegister(Copy, &TRI) ||
        I->modifiesRegister(Copy, &TRI))
      return;
  }
}
