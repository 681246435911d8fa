//===- Induction.cpp - values that advance with a loop --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Induction.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineLoopInfo.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"

using namespace llvm;
using namespace crit;

MachineInstr *crit::increment(MachineInstr &Phi, const MachineLoop &L) {
  const X86Table &T = X86Table::get(*Phi.getMF());
  const MachineRegisterInfo &MRI = Phi.getMF()->getRegInfo();
  MachineBasicBlock *Latch = L.getLoopLatch();
  if (!Phi.isPHI() || Phi.getParent() != L.getHeader() || !Latch)
    return nullptr;
  Register I = Phi.getOperand(0).getReg();
  for (unsigned Op = 1, E = Phi.getNumOperands(); Op != E; Op += 2) {
    Register N = Phi.getOperand(Op).getReg();
    MachineInstr *D = MRI.getVRegDef(N);
    if (!D || !L.contains(D->getParent()) || D->getParent() != Latch ||
        Phi.getOperand(Op).getSubReg())
      continue;
    StringRef Name = T.name(*D);
    bool Adds = Name.starts_with("ADD") || Name.starts_with("SUB") ||
                Name.starts_with("INC") || Name.starts_with("DEC");
    if (!Adds || D->mayLoadOrStore() || D->getOperand(0).getReg() != N ||
        D->getOperand(1).getReg() != I || D->getOperand(1).getSubReg())
      continue;
    bool Constant = true;
    for (unsigned K = 2; K < D->getNumExplicitOperands(); ++K) {
      const MachineOperand &MO = D->getOperand(K);
      MachineInstr *Step =
          MO.isReg() ? MRI.getVRegDef(MO.getReg()) : nullptr;
      Constant &= MO.isImm() || (Step && !L.contains(Step->getParent()));
    }
    if (Constant)
      return D;
  }
  return nullptr;
}

namespace {
enum Advance { No, Invariant, Yes };
} // namespace

static Advance advance(Register R, const MachineLoop &L,
                       const MachineRegisterInfo &MRI, unsigned Depth) {
  MachineInstr *D = R.isVirtual() ? MRI.getVRegDef(R) : nullptr;
  if (!D)
    return No;
  if (!L.contains(D->getParent()))
    return Invariant;
  if (D->isPHI())
    return increment(*D, L) ? Yes : No;
  if (!Depth || D->mayLoadOrStore() || D->isCall() || D->isInlineAsm())
    return No;
  Advance A = Invariant;
  for (const MachineOperand &MO : D->all_uses())
    switch (MO.getReg() ? advance(MO.getReg(), L, MRI, Depth - 1) : Invariant) {
    case No:
      return No;
    case Yes:
      A = Yes;
      break;
    case Invariant:
      break;
    }
  return A;
}

bool crit::advancesWith(Register R, const MachineLoop &L) {
  const MachineRegisterInfo &MRI =
      L.getHeader()->getParent()->getRegInfo();
  return advance(R, L, MRI, /*Depth=*/4) == Yes;
}
