//===- Flags.cpp - producing EFLAGS again ---------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Flags.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineInstrBuilder.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

static const TargetInstrInfo &tii(const MachineBasicBlock &MBB) {
  return *MBB.getParent()->getSubtarget().getInstrInfo();
}

/// Only EFLAGS and virtual registers, no memory, no effects: may be repeated.
static bool isRepeatable(const MachineInstr &D, const X86Table &T) {
  if (D.mayLoadOrStore() || D.isCall() || D.isInlineAsm() ||
      D.hasUnmodeledSideEffects() || D.isPosition() || D.isTerminator() ||
      T.readsFlags(D))
    return false;
  const MachineRegisterInfo &MRI = D.getMF()->getRegInfo();
  for (const MachineOperand &MO : D.operands())
    if (MO.isReg() && MO.getReg().isPhysical() && MO.getReg() != T.EFLAGS &&
        (MO.isDef() || !MRI.isReserved(MO.getReg())))
      return false;
  return true;
}

static bool onlyZeroOrSign(ArrayRef<unsigned> Conds) {
  for (unsigned C : Conds)
    if (C != CC_E && C != CC_NE && C != CC_S && C != CC_NS)
      return false;
  return true;
}

static void copyMapped(MachineInstrBuilder &B, const MachineOperand &MO,
                       RegMapper Map) {
  if (MO.isReg() && MO.getReg().isVirtual())
    B.addReg(Map(MO.getReg()), getUndefRegState(MO.isUndef()),
             MO.getSubReg());
  else
    B.add(MO);
}

/// SUB -> CMP and AND -> TEST: same flags, no result.
static MachineInstr *withoutResult(MachineInstr &D, MachineBasicBlock &MBB,
                                   MachineBasicBlock::iterator At,
                                   const X86Table &T, RegMapper Map) {
  StringRef N = T.name(D);
  std::string To;
  if (N.starts_with("SUB"))
    To = "CMP" + N.drop_front(3).str();
  else if (N.starts_with("AND") && !N.starts_with("ANDN"))
    To = "TEST" + N.drop_front(3).str();
  else
    return nullptr;
  unsigned Opc = T.opcode(To);
  if (!Opc || D.getNumExplicitOperands() != 3)
    return nullptr;
  MachineInstrBuilder B = BuildMI(MBB, At, D.getDebugLoc(), tii(MBB).get(Opc));
  copyMapped(B, D.getOperand(1), Map);
  copyMapped(B, D.getOperand(2), Map);
  return B;
}

/// The result of D compared with zero tells what Conds ask.
static MachineInstr *fromResult(MachineInstr &D, MachineBasicBlock &MBB,
                                MachineBasicBlock::iterator At,
                                ArrayRef<unsigned> Conds, const X86Table &T,
                                RegMapper Map) {
  StringRef N = T.name(D);
  bool Logic = N.starts_with("OR") || N.starts_with("XOR") ||
               (N.starts_with("AND") && !N.starts_with("ANDN"));
  bool Arith = Logic || N.starts_with("ADD") || N.starts_with("SUB") ||
               N.starts_with("INC") || N.starts_with("DEC") ||
               N.starts_with("NEG");
  // A shift by a constant other than 0 sets ZF and SF from its result, too.
  if (N.starts_with("SHL") || N.starts_with("SHR") || N.starts_with("SAR"))
    Arith = N.ends_with("ri") && D.getNumExplicitOperands() == 3 &&
            D.getOperand(2).isImm() && (D.getOperand(2).getImm() & 31);
  if (!Arith || !(Logic || onlyZeroOrSign(Conds)))
    return nullptr;
  const MachineOperand &Def = D.getOperand(0);
  if (!Def.isReg() || !Def.isDef() || !Def.getReg().isVirtual())
    return nullptr;
  const MachineRegisterInfo &MRI = MBB.getParent()->getRegInfo();
  const TargetRegisterClass *RC = MRI.getRegClass(Def.getReg());
  if (T.kind(RC) != RegKind::Gpr)
    return nullptr;
  const TargetRegisterInfo &TRI = *MRI.getTargetRegisterInfo();
  unsigned Opc = 0;
  switch (TRI.getRegSizeInBits(*RC)) {
  case 8: Opc = T.TEST8rr; break;
  case 16: Opc = T.TEST16rr; break;
  case 32: Opc = T.TEST32rr; break;
  case 64: Opc = T.TEST64rr; break;
  default: return nullptr;
  }
  Register R = Map(Def.getReg());
  return BuildMI(MBB, At, D.getDebugLoc(), tii(MBB).get(Opc))
      .addReg(R)
      .addReg(R);
}

MachineInstr *crit::repeatFlags(MachineInstr &D, MachineBasicBlock &MBB,
                                MachineBasicBlock::iterator At,
                                ArrayRef<unsigned> Conds, RegMapper Map) {
  MachineFunction &MF = *MBB.getParent();
  const X86Table &T = X86Table::get(MF);
  if (!isRepeatable(D, T))
    return nullptr;
  MachineRegisterInfo &MRI = MF.getRegInfo();
  bool HasResult = false;
  for (const MachineOperand &MO : D.all_defs())
    HasResult |= MO.getReg().isVirtual();
  if (HasResult) {
    if (MachineInstr *MI = withoutResult(D, MBB, At, T, Map))
      return MI;
    if (MachineInstr *MI = fromResult(D, MBB, At, Conds, T, Map))
      return MI;
  }
  MachineInstr *C = MF.CloneMachineInstr(&D);
  for (MachineOperand &MO : C->operands()) {
    if (!MO.isReg())
      continue;
    if (MO.isDef() && MO.getReg() == T.EFLAGS)
      MO.setIsDead(false);
    if (!MO.getReg().isVirtual())
      continue;
    if (MO.isDef()) {
      MO.setReg(MRI.cloneVirtualRegister(MO.getReg()));
      MO.setIsDead(true);
    } else {
      MO.setReg(Map(MO.getReg()));
      MO.setIsKill(false);
    }
  }
  MBB.insert(At, C);
  return C;
}

void crit::recomputeFlagLiveness(MachineBasicBlock &MBB) {
  const X86Table &T = X86Table::get(*MBB.getParent());
  bool Live = false;
  for (const MachineBasicBlock *S : MBB.successors())
    Live |= S->isLiveIn(T.EFLAGS);
  for (MachineInstr &MI : reverse(MBB)) {
    if (MI.isDebugInstr())
      continue;
    bool Defines = false;
    for (MachineOperand &MO : MI.operands()) {
      if (MO.isRegMask() && MO.clobbersPhysReg(T.EFLAGS))
        Defines = true;
      if (MO.isReg() && MO.isDef() && MO.getReg() == T.EFLAGS) {
        MO.setIsDead(!Live);
        Defines = true;
      }
    }
    if (Defines)
      Live = false;
    for (MachineOperand &MO : MI.operands())
      if (MO.isReg() && MO.isUse() && MO.getReg() == T.EFLAGS &&
          !MO.isUndef()) {
        MO.setIsKill(false);
        Live = true;
      }
  }
}

namespace {

class Tightener {
public:
  explicit Tightener(MachineFunction &MF)
      : MF(MF), T(X86Table::get(MF)), MRI(MF.getRegInfo()) {}
  bool run();

private:
  MachineInstr *reachingDef(MachineBasicBlock &MBB,
                            MachineBasicBlock::iterator Before);
  MachineInstr *reachingLiveOut(MachineBasicBlock &MBB,
                                SmallPtrSetImpl<MachineBasicBlock *> &Seen);
  bool removeLiveIn(MachineBasicBlock &MBB);
  bool tightenBranch(MachineBasicBlock &MBB);
  bool materialise(MachineInstr &D, MachineBasicBlock &MBB,
                   MachineBasicBlock::iterator At,
                   ArrayRef<MachineInstr *> Readers);

  MachineFunction &MF;
  const X86Table &T;
  MachineRegisterInfo &MRI;
};

} // namespace

MachineInstr *Tightener::reachingDef(MachineBasicBlock &MBB,
                                     MachineBasicBlock::iterator Before) {
  for (auto I = Before; I != MBB.begin();) {
    --I;
    if (I->modifiesRegister(T.EFLAGS, MRI.getTargetRegisterInfo()))
      return &*I;
  }
  return nullptr;
}

/// The one definition whose flags leave MBB, null if there is none or several.
MachineInstr *
Tightener::reachingLiveOut(MachineBasicBlock &MBB,
                           SmallPtrSetImpl<MachineBasicBlock *> &Seen) {
  if (MachineInstr *D = reachingDef(MBB, MBB.end()))
    return D;
  if (!Seen.insert(&MBB).second || !MBB.isLiveIn(T.EFLAGS))
    return nullptr;
  MachineInstr *Found = nullptr;
  for (MachineBasicBlock *P : MBB.predecessors()) {
    MachineInstr *D = reachingLiveOut(*P, Seen);
    if (!D || (Found && D != Found))
      return nullptr;
    Found = D;
  }
  return Found;
}

/// Gives Readers (in MBB, none before At) flags equal to D's at At: by
/// repeating D, or by one SETcc at D and a TEST at At when all ask the same.
bool Tightener::materialise(MachineInstr &D, MachineBasicBlock &MBB,
                            MachineBasicBlock::iterator At,
                            ArrayRef<MachineInstr *> Readers) {
  SmallVector<unsigned, 4> Conds;
  bool AllConds = true;
  for (MachineInstr *R : Readers) {
    if (auto Op = T.condOperand(*R))
      Conds.push_back(R->getOperand(*Op).getImm());
    else
      AllConds = false;
  }
  SmallVector<unsigned, 4> Asked(Conds);
  if (!AllConds)
    Asked.push_back(CC_O); // unknown readers: nothing may be simplified
  auto Same = [](Register R) { return R; };
  if (repeatFlags(D, MBB, At, Asked, Same))
    return true;
  if (!AllConds || Conds.empty() || D.isTerminator())
    return false;
  // Branches share one TEST; other readers may each have their own.
  bool One = llvm::all_of(Conds, [&](unsigned C) {
    return C == Conds[0] || C == invertCond(Conds[0]);
  });
  if (!One && llvm::any_of(Readers, [](const MachineInstr *R) {
        return R->isTerminator();
      }))
    return false;
  MachineBasicBlock &DB = *D.getParent();
  for (unsigned I = 0; I != (One ? 1 : Readers.size()); ++I) {
    Register Bit = MRI.createVirtualRegister(T.regClass("GR8"));
    BuildMI(DB, std::next(D.getIterator()), D.getDebugLoc(),
            tii(DB).get(T.SETCCr), Bit)
        .addImm(Conds[I]);
    BuildMI(MBB, One ? At : Readers[I]->getIterator(), D.getDebugLoc(),
            tii(MBB).get(T.TEST8rr))
        .addReg(Bit)
        .addReg(Bit);
  }
  for (unsigned I = 0; I != Readers.size(); ++I)
    Readers[I]
        ->getOperand(*T.condOperand(*Readers[I]))
        .setImm(!One || Conds[I] == Conds[0] ? CC_NE : CC_E);
  return true;
}

bool Tightener::removeLiveIn(MachineBasicBlock &MBB) {
  SmallVector<MachineInstr *, 4> Readers;
  bool Redefined = false;
  for (MachineInstr &MI : MBB) {
    if (MI.isDebugInstr())
      continue;
    if (T.readsFlags(MI))
      Readers.push_back(&MI);
    if (MI.modifiesRegister(T.EFLAGS, MRI.getTargetRegisterInfo())) {
      Redefined = true;
      break;
    }
  }
  if (!Redefined)
    for (MachineBasicBlock *S : MBB.successors())
      if (S->isLiveIn(T.EFLAGS))
        return false; // handled from the innermost outwards
  if (!Readers.empty()) {
    SmallPtrSet<MachineBasicBlock *, 8> Seen;
    MachineInstr *D = nullptr;
    for (MachineBasicBlock *P : MBB.predecessors()) {
      MachineInstr *PD = reachingLiveOut(*P, Seen);
      if (!PD || (D && D != PD))
        return false;
      D = PD;
    }
    if (!D)
      return false;
    // D's operands must still be what they were when D ran.
    for (const MachineOperand &MO : D->all_uses())
      if (MO.getReg().isVirtual()) {
        MachineInstr *Def = MRI.getVRegDef(MO.getReg());
        if (Def && (Def->getParent() == &MBB || Seen.count(Def->getParent())))
          return false;
      }
    if (!materialise(*D, MBB, Readers.front()->getIterator(), Readers))
      return false;
  }
  MBB.removeLiveIn(T.EFLAGS);
  return true;
}

static bool isFlagFreeRegisterCode(const MachineInstr &MI, const X86Table &T) {
  return !MI.mayLoadOrStore() && !MI.isCall() && !MI.isInlineAsm() &&
         !MI.hasUnmodeledSideEffects() && !MI.isPosition() &&
         !T.touchesFlags(MI);
}

MachineInstr *crit::tightBranchFlags(MachineBasicBlock &MBB) {
  const X86Table &T = X86Table::get(*MBB.getParent());
  auto Term = MBB.getFirstTerminator();
  if (Term == MBB.end() || !T.readsFlags(*Term))
    return nullptr;
  for (auto I = Term; I != MBB.begin();) {
    --I;
    if (I->isDebugInstr() || isFlagFreeRegisterCode(*I, T))
      continue;
    if (!T.definesLiveFlags(*I))
      return nullptr;
    return &*I;
  }
  return nullptr;
}

bool Tightener::tightenBranch(MachineBasicBlock &MBB) {
  auto Term = MBB.getFirstTerminator();
  SmallVector<MachineInstr *, 4> Readers;
  for (auto I = Term; I != MBB.end(); ++I)
    if (T.readsFlags(*I))
      Readers.push_back(&*I);
  if (Readers.empty())
    return true;
  // The flags go on into a block that could not do without: leave them alone.
  for (const MachineBasicBlock *S : MBB.successors())
    if (S->isLiveIn(T.EFLAGS))
      return false;
  MachineInstr *D = reachingDef(MBB, Term);
  if (!D)
    return false;
  // Tight already? Then D must also be something an edge can repeat.
  if (tightBranchFlags(MBB) == D && isRepeatable(*D, T))
    return true;
  // A compare whose only readers are the branches just moves down.
  bool OthersRead = false;
  for (auto I = std::next(D->getIterator()); I != Term; ++I)
    OthersRead |= !I->isDebugInstr() && T.readsFlags(*I);
  bool HasResult = false;
  for (const MachineOperand &MO : D->all_defs())
    HasResult |= MO.getReg() != T.EFLAGS;
  if (!OthersRead && !HasResult && isRepeatable(*D, T)) {
    MBB.splice(Term, &MBB, D->getIterator());
    return true;
  }
  return materialise(*D, MBB, Term, Readers);
}

bool Tightener::run() {
  bool Clean = true, Changed = true;
  // A block may only hand its live-in over once its successors are clean.
  while (Changed) {
    Changed = false;
    for (MachineBasicBlock &MBB : MF)
      if (MBB.isLiveIn(T.EFLAGS) && removeLiveIn(MBB))
        Changed = true;
  }
  for (MachineBasicBlock &MBB : MF) {
    Clean &= !MBB.isLiveIn(T.EFLAGS);
    Clean &= tightenBranch(MBB);
  }
  for (MachineBasicBlock &MBB : MF)
    recomputeFlagLiveness(MBB);
  return Clean;
}

bool crit::tightenFlags(MachineFunction &MF) { return Tightener(MF).run(); }
