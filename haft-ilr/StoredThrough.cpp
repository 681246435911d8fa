//===- StoredThrough.cpp - addresses that stores have gone through --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   CMP p, p'    JNE again               CMP p, p'    JNE again
//   MOV [p], x                           MOV [p], x
//   CMP [p'], x' JNE ...                 CMP [p'], x' JNE ...
//   CMP p, p'    JNE again       ->      CMP p, p'    JNE stop
//   MOV [p+8], y                         MOV [p+8], y
//
// If p is hit at the first store, x goes elsewhere, over what no log knows. Reading
// back shows that, unless x was at p' already; then the next comparison of p is the
// first to see it, and the region must not be run again as if nothing had happened
// (wrong output, once in 400 faults of test/injector/haft-rows.test).
//===----------------------------------------------------------------------===//
#include "StoredThrough.h"
#include "CheckPseudo.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

static void stopIn(MachineBasicBlock &MBB, const X86Table &T,
                   const TargetRegisterInfo &TRI) {
  SmallVector<Register, 8> Through;
  for (MachineInstr &MI : MBB) {
    if (auto P = CheckPseudo::parse(MI)) {
      auto Went = [&](unsigned Operand) {
        return Operand &&
               is_contained(Through, MI.getOperand(Operand).getReg());
      };
      if (P->Region && P->Check == CRIT_CHECK_StoreAddress &&
          (Went(P->A) || Went(P->B)))
        CheckPseudo::setRegion(MI, 0);
      continue;
    }
    int Mem = MI.mayStore() ? T.memoryOperand(MI) : -1;
    for (int I : {0, 2}) // base and index
      if (Mem >= 0 && MI.getOperand(Mem + I).isReg() &&
          MI.getOperand(Mem + I).getReg())
        Through.push_back(MI.getOperand(Mem + I).getReg());
    erase_if(Through,
             [&](Register R) { return MI.modifiesRegister(R, &TRI); });
  }
}

void crit::stopWhereStored(MachineFunction &MF) {
  for (MachineBasicBlock &MBB : MF)
    stopIn(MBB, X86Table::get(MF), *MF.getSubtarget().getRegisterInfo());
}
