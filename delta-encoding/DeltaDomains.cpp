//===- DeltaDomains.cpp - which code a value is in ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "DeltaDomains.h"
#include "Lowering.h"
#include "llvm/CodeGen/MachineDominators.h"
#include "llvm/CodeGen/MachineLoopInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

DeltaDomains::DeltaDomains(MachineFunction &MF, DeltaScheme Scheme, uint32_t A)
    : MF(MF), T(X86Table::get(MF)), MRI(MF.getRegInfo()),
      TRI(*MF.getSubtarget().getRegisterInfo()), Scheme(Scheme),
      Cheap(A == 3 || A == 5 || A == 9) {}

bool DeltaDomains::transports(const MachineInstr &MI, const X86Table &T) {
  if (MI.isPHI())
    return true;
  unsigned Opc = MI.getOpcode();
  bool Select = Opc == T.CMOV32rr || Opc == T.CMOV64rr;
  if (!MI.isCopy() && Opc != T.MOV32rr && Opc != T.MOV64rr && !Select)
    return false;
  for (unsigned I = 0; I != (Select ? 3u : 2u); ++I)
    if (!MI.getOperand(I).getReg().isVirtual() || MI.getOperand(I).getSubReg())
      return false;
  return true;
}

bool DeltaDomains::onlyEquality(const MachineInstr &D, const X86Table &T) {
  const MachineBasicBlock &MBB = *D.getParent();
  for (auto I = std::next(D.getIterator()); I != MBB.end(); ++I) {
    if (T.readsFlags(*I)) {
      auto Op = T.condOperand(*I);
      unsigned CC = Op ? unsigned(I->getOperand(*Op).getImm()) : unsigned(CC_O);
      if (CC != CC_E && CC != CC_NE)
        return false;
    }
    if (I->modifiesRegister(T.EFLAGS, nullptr))
      return true;
  }
  return llvm::none_of(MBB.successors(), [&](const MachineBasicBlock *S) {
    return S->isLiveIn(T.EFLAGS);
  });
}

void DeltaDomains::findFlags() {
  for (const MachineBasicBlock &MBB : MF) {
    bool Live = llvm::any_of(MBB.successors(), [&](const MachineBasicBlock *S) {
      return S->isLiveIn(T.EFLAGS);
    });
    for (const MachineInstr &MI : reverse(MBB)) {
      if (Live)
        FlagsAfter.insert(&MI);
      if (MI.modifiesRegister(T.EFLAGS, &TRI))
        Live = false;
      Live |= T.readsFlags(MI);
      if (Live)
        FlagsBefore.insert(&MI);
    }
    // A shadow may have to be made at the start of the block.
    if (MBB.isLiveIn(T.EFLAGS))
      for (const MachineInstr &Phi : MBB.phis())
        FlagsAfter.insert(&Phi);
  }
}

/// R can be affine wherever it is made and used.
bool DeltaDomains::fits(Register R) const {
  const TargetRegisterClass *RC = MRI.getRegClassOrNull(R);
  const MachineInstr *D = MRI.getUniqueVRegDef(R);
  if (!RC || !D || D->isTerminator() || D->isInlineAsm() ||
      (!T.regClass("GR32")->hasSubClassEq(RC) &&
       !T.regClass("GR64")->hasSubClassEq(RC)))
    return false;
  if (D->getOperand(0).isReg() && D->getOperand(0).getSubReg())
    return false;
  bool Handed = transports(*D, T);
  if (!Cheap && (FlagsAfter.count(D) || (!Handed && FlagsBefore.count(D))))
    return false;
  for (const MachineOperand &MO : MRI.use_nodbg_operands(R)) {
    const MachineInstr &U = *MO.getParent();
    unsigned Sub = MO.getSubReg();
    if (MO.isUndef() || (Sub && Sub != T.SubLow8 && Sub != T.SubLow16 &&
                         Sub != T.SubLow32))
      return false;
    if (transports(U, T)) {
      if (Sub)
        return false;
      continue;
    }
    if (U.getOpcode() == TargetOpcode::INLINEASM_BR)
      return false;
    bool Checked = U.mayStore() && !U.mayLoad(); // never runs twice
    if (!Checked && FlagsBefore.count(&U))
      return false;
  }
  return true;
}

int DeltaDomains::weight(const MachineInstr &MI) const {
  auto It = Depth.find(MI.getParent());
  return 1 << 3 * std::min(It == Depth.end() ? 0u : It->second, 4u);
}

/// What a row costs in half instructions: affine, complement.
static std::pair<int, int> rowPrice(const MachineInstr &D, StringRef Name) {
  if (Name.starts_with("NEG"))
    return {4, 6};
  if (Name.starts_with("NOT"))
    return {4, 2};
  if (Name.starts_with("SUB") && Name.ends_with("rr"))
    return {4, 4};
  if (Name.starts_with("IMUL"))
    return Name.ends_with("rr") ? std::pair(6, 4) : std::pair(4, 4);
  if (Name.starts_with("SHL")) {
    bool Short = D.getNumExplicitOperands() < 3 || D.getOperand(2).getImm() <= 3;
    return Short ? std::pair(2, 2) : std::pair(4, 4);
  }
  return {2, 4};
}

int DeltaDomains::usePrice(Register R, const MachineInstr &U,
                           bool AsAffine) const {
  if (U.isDebugInstr() || transports(U, T))
    return 0;
  int Down = T.regClass("GR64")->hasSubClassEq(MRI.getRegClass(R)) ? 5 : 3;
  if (deltaRow(U, T, DeltaCode::Affine)) {
    Register To = U.getOperand(0).getReg();
    if (!To.isVirtual())
      return AsAffine ? Down : 0;
    bool Into = Web[To.virtRegIndex()] == Web[R.virtRegIndex()] ? AsAffine
                                                                : isAffine(To);
    return Into == AsAffine ? 0 : AsAffine ? Down : 2;
  }
  if (!AsAffine)
    return 0;
  // Compared with the native copy, which is encoded for that.
  if ((U.mayStore() && !U.mayLoad()) || U.isCall() || U.isReturn() ||
      (U.isCopy() && U.getOperand(0).getReg().isPhysical()))
    return 4;
  StringRef N = T.name(U);
  if ((N.starts_with("CMP") || N.starts_with("TEST")) && onlyEquality(U, T))
    return 0;
  return Down;
}

int DeltaDomains::price(Register R, bool AsAffine) const {
  const MachineInstr &D = *MRI.getUniqueVRegDef(R);
  int Sum = 0;
  if (!transports(D, T)) {
    if (deltaRow(D, T, DeltaCode::Affine)) {
      auto [ForAffine, ForComplement] = rowPrice(D, T.name(D));
      Sum += (AsAffine ? ForAffine : ForComplement) * weight(D);
      for (const MachineOperand &MO : D.all_uses())
        if (MO.getReg().isVirtual() &&
            Web[MO.getReg().virtRegIndex()] != Web[R.virtRegIndex()] &&
            isAffine(MO.getReg()) != AsAffine)
          Sum += (AsAffine ? 2 : 4) * weight(D);
    } else if (AsAffine) {
      Sum += 2 * weight(D);
    }
  }
  for (const MachineInstr &U : MRI.use_nodbg_instructions(R))
    Sum += usePrice(R, U, AsAffine) * weight(U);
  return Sum;
}

/// Where complements are cheaper, they stay; the choice of one web changes the
/// prices of its neighbours.
void DeltaDomains::choose() {
  for (unsigned Round = 0; Round != 4; ++Round) {
    bool Changed = false;
    for (unsigned W = 0; W != Members.size(); ++W) {
      if (Members[W].empty())
        continue;
      int Gain = 0;
      for (Register R : Members[W])
        Gain += price(R, false) - price(R, true);
      bool Want = Gain > 0;
      Changed |= Want != Affine.test(W);
      Affine[W] = Want;
    }
    if (!Changed)
      return;
  }
}

void DeltaDomains::assign() {
  if (Scheme == DeltaScheme::Complement)
    return;
  findFlags();
  unsigned N = MRI.getNumVirtRegs();
  IntEqClasses Classes(N);
  for (const MachineBasicBlock &MBB : MF)
    for (const MachineInstr &MI : MBB)
      if (transports(MI, T))
        for (const MachineOperand &MO : MI.all_uses())
          if (MO.getReg().isVirtual())
            Classes.join(MI.getOperand(0).getReg().virtRegIndex(),
                         MO.getReg().virtRegIndex());
  Classes.compress();
  Affine.resize(Classes.getNumClasses());
  BitVector Bad(Classes.getNumClasses());
  Web.resize(N);
  for (unsigned I = 0; I != N; ++I) {
    Register R = Register::index2VirtReg(I);
    Web[I] = Classes[I];
    if (MRI.reg_nodbg_empty(R))
      continue;
    if (!fits(R)) {
      Bad.set(Web[I]);
      continue;
    }
    if (Scheme == DeltaScheme::Paper ||
        deltaRow(*MRI.getUniqueVRegDef(R), T, DeltaCode::Affine))
      Affine.set(Web[I]);
  }
  Affine.reset(Bad);
  if (Scheme != DeltaScheme::Mixed || Affine.none())
    return;
  MachineDominatorTree MDT(MF);
  MachineLoopInfo MLI(MDT);
  for (const MachineBasicBlock &MBB : MF)
    Depth[&MBB] = MLI.getLoopDepth(&MBB);
  Members.resize(Classes.getNumClasses());
  for (unsigned I = 0; I != N; ++I)
    if (Affine.test(Web[I]) && !MRI.reg_nodbg_empty(Register::index2VirtReg(I)))
      Members[Web[I]].push_back(Register::index2VirtReg(I));
  choose();
}
