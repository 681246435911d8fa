//===- EmptySums.cpp - additions of nothing -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   LEA rdi, [rax]       ->    MOV rdi, rax
//   LEA rax, [rax]       ->
//   ADD rax, 0           ->
//
// The last is what LLVM makes of the second. Flags that somebody reads stay.
//===----------------------------------------------------------------------===//
#include "EmptySums.h"
#include "X86Table.h"
#include "llvm/CodeGen/LiveRegUnits.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineInstrBuilder.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

/// Of a general register: RIP is a base, too, but no move's source.
static bool isPlainBase(const MachineInstr &Lea) {
  const TargetRegisterInfo &TRI = *Lea.getMF()->getSubtarget().getRegisterInfo();
  const MachineOperand *M = &Lea.getOperand(1);
  return M[0].isReg() && M[0].getReg().isPhysical() &&
         StringRef(TRI.getName(M[0].getReg())) != "RIP" &&
         M[2].isReg() && !M[2].getReg() && M[3].isImm() && !M[3].getImm() && !M[4].getReg();
}

void crit::dropEmptySums(MachineFunction &MF) {
  const X86Table &T = X86Table::get(MF);
  const TargetSubtargetInfo &STI = MF.getSubtarget();
  for (MachineBasicBlock &MBB : MF) {
    LiveRegUnits Live(*STI.getRegisterInfo());
    Live.addLiveOuts(MBB);
    for (MachineInstr &MI : make_early_inc_range(reverse(MBB))) {
      bool FlagsRead = !Live.available(T.EFLAGS);
      if (!MI.isDebugInstr())
        Live.stepBackward(MI);
      StringRef Name = T.name(MI);
      Register To;
      if (MI.getNumOperands() && MI.getOperand(0).isReg())
        To = MI.getOperand(0).getReg();
      if (Name == "LEA64r" && isPlainBase(MI)) {
        Register From = MI.getOperand(1).getReg();
        if (From != To)
          BuildMI(MBB, MI, MI.getDebugLoc(), STI.getInstrInfo()->get(T.MOV64rr), To)
              .addReg(From);
        MI.eraseFromParent();
      } else if (Name.starts_with("ADD64ri") && !FlagsRead && To == MI.getOperand(1).getReg() &&
                 MI.getOperand(2).isImm() && !MI.getOperand(2).getImm()) {
        MI.eraseFromParent();
      }
    }
  }
}
