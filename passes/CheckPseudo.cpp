//===- CheckPseudo.cpp - checks between their making and emission ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CheckPseudo.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/InlineAsm.h"

using namespace llvm;
using namespace crit;

// Compared by content: MIR may be printed and read back between two passes.
static const char Marker[] = "# crit check";

MachineInstrBuilder PseudoBuilder::start(bool MayLoad) {
  MachineFunction &MF = *MBB.getParent();
  const TargetInstrInfo &TII = *MF.getSubtarget().getInstrInfo();
  // MayLoad keeps a check behind the store it watches and before the next one,
  // without making it a barrier for loads.
  return BuildMI(MBB, At, DL, TII.get(TargetOpcode::INLINEASM))
      .addExternalSymbol(Marker)
      .addImm(MayLoad ? InlineAsm::Extra_MayLoad : 0);
}

void PseudoBuilder::imm(MachineInstrBuilder &B, int64_t V) {
  B.addImm(InlineAsm::Flag(InlineAsm::Kind::Imm, 1)).addImm(V);
}

void PseudoBuilder::use(MachineInstrBuilder &B, RegRef R) {
  B.addImm(InlineAsm::Flag(InlineAsm::Kind::RegUse, 1))
      .addReg(R.Reg, 0, R.Sub);
}

void PseudoBuilder::clobberFlags(MachineInstrBuilder &B) {
  const X86Table &T = X86Table::get(*MBB.getParent());
  B.addImm(InlineAsm::Flag(InlineAsm::Kind::Clobber, 1))
      .addReg(T.EFLAGS, RegState::Define | RegState::EarlyClobber |
                            RegState::Dead | RegState::Implicit);
}

static int64_t code(PseudoKind Kind, crit_check_kind K, unsigned Aux) {
  return int64_t(Kind) | int64_t(K) << 8 | int64_t(Aux) << 16;
}

MachineInstr *PseudoBuilder::compareEq(crit_check_kind K, RegRef A, RegRef B,
                                       unsigned Log2Width) {
  MachineInstrBuilder MIB = start(true);
  imm(MIB, code(PseudoKind::CompareEq, K, Log2Width));
  use(MIB, A);
  // A spilled shadow is compared where it lies. Not a byte: it may become the
  // second byte of a wider register, which folding would take for the first.
  InlineAsm::Flag F(InlineAsm::Kind::RegUse, 1);
  if (!B.Sub && Log2Width >= 2)
    F.setRegMayBeFolded(true);
  MIB.addImm(F).addReg(B.Reg, 0, B.Sub);
  clobberFlags(MIB);
  return MIB;
}

MachineInstr *PseudoBuilder::compareImm(crit_check_kind K, RegRef A,
                                        int64_t Imm, unsigned Log2Width) {
  MachineInstrBuilder MIB = start(true);
  imm(MIB, code(PseudoKind::CompareImm, K, Log2Width));
  imm(MIB, Imm);
  use(MIB, A);
  clobberFlags(MIB);
  return MIB;
}

int64_t crit::slotWord(const MachineFunction &MF, int Slot) {
  int64_t Bytes = MF.getFrameInfo().getObjectSize(Slot);
  return Bytes == SlotBytes || Bytes == NumberBytes ? SlotWord : 0;
}

MachineInstr *PseudoBuilder::compareSlot(crit_check_kind K, RegRef A, int Slot,
                                         unsigned Log2Width) {
  MachineInstrBuilder MIB = start(true);
  imm(MIB, code(PseudoKind::CompareEq, K, Log2Width));
  use(MIB, A);
  InlineAsm::Flag F(InlineAsm::Kind::Mem, 5);
  F.setMemConstraint(InlineAsm::ConstraintCode::m);
  MIB.addImm(F).addFrameIndex(Slot).addImm(1).addReg(0);
  MIB.addImm(slotWord(*MBB.getParent(), Slot)).addReg(0);
  clobberFlags(MIB);
  return MIB;
}

MachineInstr *PseudoBuilder::compareMemory(crit_check_kind K, RegRef A,
                                           const MachineInstr &Like,
                                           unsigned MemIdx,
                                           unsigned Log2Width) {
  MachineInstrBuilder MIB = start(true);
  imm(MIB, code(PseudoKind::CompareEq, K, Log2Width));
  use(MIB, A);
  InlineAsm::Flag F(InlineAsm::Kind::Mem, 5);
  F.setMemConstraint(InlineAsm::ConstraintCode::m);
  MIB.addImm(F);
  for (unsigned I = 0; I != 5; ++I)
    MIB.add(Like.getOperand(MemIdx + I));
  clobberFlags(MIB);
  return MIB;
}

MachineInstr *PseudoBuilder::place(PseudoKind Kind, unsigned Region) {
  MachineFunction &MF = *MBB.getParent();
  MachineInstrBuilder MIB =
      BuildMI(MBB, At, DL,
              MF.getSubtarget().getInstrInfo()->get(TargetOpcode::INLINEASM))
          .addExternalSymbol(Marker)
          .addImm(InlineAsm::Extra_HasSideEffects);
  imm(MIB, code(Kind, CRIT_CHECK_Operand, 0) | int64_t(Region) << 32);
  return MIB;
}

// The regions are constants behind the code.
MachineInstr *PseudoBuilder::dispatch(int Slot, ArrayRef<unsigned> Regions) {
  MachineInstr *MI = place(PseudoKind::Dispatch, 0);
  MachineInstrBuilder MIB(*MBB.getParent(), MI);
  for (unsigned Region : Regions)
    imm(MIB, Region);
  InlineAsm::Flag F(InlineAsm::Kind::Mem, 5);
  F.setMemConstraint(InlineAsm::ConstraintCode::m);
  MIB.addImm(F).addFrameIndex(Slot).addImm(1).addReg(0);
  MIB.addImm(slotWord(*MBB.getParent(), Slot)).addReg(0);
  clobberFlags(MIB);
  return MI;
}

MachineInstr *PseudoBuilder::undo(const UndoLog &Log) {
  MachineInstr *MI = place(PseudoKind::Undo, 0);
  MachineInstrBuilder MIB(*MBB.getParent(), MI);
  InlineAsm::Flag F(InlineAsm::Kind::Mem, 5);
  F.setMemConstraint(InlineAsm::ConstraintCode::m);
  MIB.addImm(F)
      .addFrameIndex(Log.Slot)
      .addImm(1)
      .addReg(0)
      .addImm(UndoLog::Begin)
      .addReg(0);
  MI->getOperand(3).setImm(MI->getOperand(3).getImm() |
                           int64_t(Log.code()) << 16);
  const TargetRegisterInfo &TRI =
      *MBB.getParent()->getSubtarget().getRegisterInfo();
  for (MCRegister R = 1; R.id() != TRI.getNumRegs(); R = R.id() + 1)
    if (StringRef Name = TRI.getName(R);
        Name == "RAX" || Name == "RCX" || Name == "RDX" || Name == "EFLAGS")
      MIB.addImm(InlineAsm::Flag(InlineAsm::Kind::Clobber, 1))
          .addReg(R, RegState::Define | RegState::EarlyClobber |
                         RegState::Dead | RegState::Implicit);
  return MI;
}

MachineInstr *PseudoBuilder::testOne(PseudoKind Kind, crit_check_kind K,
                                     RegRef A, unsigned Aux) {
  MachineInstrBuilder MIB = start(true);
  imm(MIB, code(Kind, K, Aux));
  use(MIB, A);
  clobberFlags(MIB);
  return MIB;
}

MachineInstr *PseudoBuilder::flagsFail(crit_check_kind K, unsigned Cond) {
  const X86Table &T = X86Table::get(*MBB.getParent());
  MachineInstrBuilder MIB = start(false);
  imm(MIB, code(PseudoKind::FlagsFail, K, Cond));
  MIB.addReg(T.EFLAGS, RegState::Implicit);
  return MIB;
}

MachineInstr *PseudoBuilder::decide(crit_check_kind K, FlagView View) {
  const X86Table &T = X86Table::get(*MBB.getParent());
  MachineInstrBuilder MIB = start(false);
  imm(MIB, code(PseudoKind::Decide, K, unsigned(View)));
  MIB.addReg(T.EFLAGS, RegState::Implicit);
  return MIB;
}

// Operands: 3 def A, 5 def B, 7 code, 9 load opcode, 11 kind of comparison,
// 13 use A, 15 use B, 17.. address A, 23.. address B, then the difference.
MachineInstr *PseudoBuilder::verify(Register NewA, Register NewB,
                                    MachineInstr &LoadA, MachineInstr &LoadB,
                                    unsigned MemIdx, const Comparison &How) {
  MachineInstrBuilder MIB = start(true);
  for (Register R : {NewA, NewB})
    MIB.addImm(InlineAsm::Flag(InlineAsm::Kind::RegDef, 1))
        .addReg(R, RegState::Define);
  imm(MIB, code(PseudoKind::Verify, CRIT_CHECK_LoadValue, How.Aux));
  imm(MIB, LoadA.getOpcode());
  imm(MIB, int64_t(How.Kind));
  unsigned Group = 0;
  for (MachineInstr *L : {&LoadA, &LoadB}) {
    InlineAsm::Flag F(InlineAsm::Kind::RegUse, 1);
    F.setMatchingOp(Group++);
    MIB.addImm(F).addReg(L->getOperand(0).getReg());
  }
  MIB->tieOperands(3, 13);
  MIB->tieOperands(5, 15);
  for (MachineInstr *L : {&LoadA, &LoadB}) {
    InlineAsm::Flag F(InlineAsm::Kind::Mem, 5);
    F.setMemConstraint(InlineAsm::ConstraintCode::m);
    MIB.addImm(F);
    for (unsigned I = 0; I != 5; ++I) {
      MachineOperand MO = L->getOperand(MemIdx + I);
      if (MO.isReg() && MO.getReg())
        MO.setIsKill(false);
      MIB.add(MO);
    }
  }
  if (How.Diff.Reg)
    use(MIB, How.Diff);
  clobberFlags(MIB);
  return MIB;
}

/// The address of Access and its second copy.
void PseudoBuilder::addresses(MachineInstrBuilder &B, MachineInstr &Access,
                              unsigned MemIdx, ArrayRef<Register> Shadow) {
  for (bool Second : {false, true}) {
    InlineAsm::Flag F(InlineAsm::Kind::Mem, 5);
    F.setMemConstraint(InlineAsm::ConstraintCode::m);
    B.addImm(F);
    for (unsigned I = 0; I != 5; ++I) {
      const MachineOperand &MO = Access.getOperand(MemIdx + I);
      if (MO.isReg())
        B.addReg(Second && Shadow[I] ? Shadow[I] : MO.getReg(), 0,
                 MO.getSubReg());
      else
        B.add(MO);
    }
  }
}

MachineInstr *PseudoBuilder::update(MachineInstr &Update, int64_t Addend,
                                    unsigned Log2Width,
                                    ArrayRef<Register> ShadowAddress) {
  MachineFunction &MF = *MBB.getParent();
  MachineInstrBuilder MIB = start(true);
  MIB->getOperand(1).setImm(InlineAsm::Extra_MayLoad |
                            InlineAsm::Extra_MayStore);
  // Written while the addresses are still needed.
  for (int I = 0; I != 2; ++I)
    MIB.addImm(InlineAsm::Flag(InlineAsm::Kind::RegDefEarlyClobber, 1))
        .addReg(MF.getRegInfo().createVirtualRegister(
                    X86Table::get(MF).regClass("GR64")),
                RegState::Define | RegState::EarlyClobber | RegState::Dead);
  imm(MIB, code(PseudoKind::Update, CRIT_CHECK_StoreValue, Log2Width));
  imm(MIB, Addend);
  addresses(MIB, Update, 0, ShadowAddress);
  clobberFlags(MIB);
  MIB.cloneMemRefs(Update);
  return MIB;
}

MachineInstr *PseudoBuilder::decideLoad(
    crit_check_kind K, MachineInstr &Load, ArrayRef<Register> ShadowAddress,
    unsigned Opcode, OtherOperand Where, int64_t Imm, RegRef Value,
    RegRef Shadow) {
  const X86Table &T = X86Table::get(*MBB.getParent());
  MachineInstrBuilder MIB = start(true);
  imm(MIB, code(PseudoKind::DecideLoad, K, Where));
  imm(MIB, Opcode);
  imm(MIB, Imm);
  for (RegRef R : {Value, Shadow})
    if (R.Reg)
      use(MIB, R);
  addresses(MIB, Load, 1, ShadowAddress);
  MIB.addReg(T.EFLAGS, RegState::Define | RegState::Implicit);
  MIB.cloneMemRefs(Load);
  return MIB;
}

MachineInstr *PseudoBuilder::storeBack(crit_check_kind K, MachineInstr &Store,
                                       unsigned MemIdx,
                                       ArrayRef<Register> ShadowAddress,
                                       RegRef Value, RegRef Shadow, int64_t Imm,
                                       const Comparison &How) {
  MachineInstrBuilder MIB = start(true);
  imm(MIB, code(PseudoKind::StoreBack, K, How.Aux));
  imm(MIB, int64_t(How.Kind));
  imm(MIB, Imm);
  for (RegRef R : {How.Diff, Shadow, Value})
    if (R.Reg)
      use(MIB, R);
  addresses(MIB, Store, MemIdx, ShadowAddress);
  clobberFlags(MIB);
  for (MachineMemOperand *MMO : Store.memoperands())
    MIB.addMemOperand(MBB.getParent()->getMachineMemOperand(
        MMO, (MMO->getFlags() & ~MachineMemOperand::MOStore) |
                 MachineMemOperand::MOLoad));
  return MIB;
}

bool CheckPseudo::isLanding(const MachineBasicBlock &MBB) {
  return llvm::any_of(MBB, [](const MachineInstr &MI) {
    auto P = parse(MI);
    return P && P->Kind == PseudoKind::Landing;
  });
}

std::optional<CheckPseudo> CheckPseudo::parse(const MachineInstr &MI) {
  if (!MI.isInlineAsm() || !MI.getOperand(0).isSymbol() ||
      StringRef(MI.getOperand(0).getSymbolName()) != Marker)
    return std::nullopt;
  CheckPseudo P;
  SmallVector<unsigned, 4> Imms, Uses, Mems, Defs;
  for (unsigned I = 2, E = MI.getNumOperands(); I < E;) {
    const MachineOperand &MO = MI.getOperand(I);
    if (!MO.isImm())
      break; // trailing implicit operands
    InlineAsm::Flag F(MO.getImm());
    if (F.isImmKind())
      Imms.push_back(I + 1);
    else if (F.isRegUseKind())
      Uses.push_back(I + 1);
    else if (F.isMemKind())
      Mems.push_back(I + 1);
    else if (F.isRegDefEarlyClobberKind())
      Defs.push_back(I + 1);
    I += 1 + F.getNumOperandRegisters();
  }
  if (Imms.empty())
    return std::nullopt;
  int64_t C = MI.getOperand(Imms[0]).getImm();
  P.Kind = PseudoKind(C & 0xff);
  P.Check = crit_check_kind(C >> 8 & 0xff);
  P.Aux = C >> 16 & 0xffff;
  P.Region = uint64_t(C) >> 32;
  P.A = Uses.size() > 0 ? Uses[0] : 0;
  P.B = Uses.size() > 1 ? Uses[1] : 0;
  if (P.Kind == PseudoKind::CompareEq && !Mems.empty())
    P.MemB = Mems[0];
  if (P.Kind == PseudoKind::Undo || P.Kind == PseudoKind::Dispatch)
    P.MemA = Mems[0];
  if (P.Kind == PseudoKind::CompareImm || P.Kind == PseudoKind::Update)
    P.Imm = MI.getOperand(Imms[1]).getImm();
  if (P.Kind == PseudoKind::Update) {
    P.A = Defs[1]; // compared as in StoreBack: the second sum, then the first
    P.B = Defs[0];
    P.MemA = Mems[0];
    P.MemB = Mems[1];
  }
  if (P.Kind == PseudoKind::DecideLoad) {
    P.LoadOpcode = MI.getOperand(Imms[1]).getImm();
    P.Imm = MI.getOperand(Imms[2]).getImm();
    P.MemA = Mems[0];
    P.MemB = Mems[1];
  }
  if (P.Kind == PseudoKind::StoreBack) {
    P.DiffKind = PseudoKind(MI.getOperand(Imms[1]).getImm());
    P.Imm = MI.getOperand(Imms[2]).getImm();
    if (P.DiffKind != PseudoKind::CompareEq) {
      P.Diff = P.A;
      P.A = 0;
    }
    P.MemA = Mems[0];
    P.MemB = Mems[1];
  }
  if (P.Kind == PseudoKind::Verify) {
    P.LoadOpcode = MI.getOperand(Imms[1]).getImm();
    P.DiffKind = PseudoKind(MI.getOperand(Imms[2]).getImm());
    P.Diff = Uses.size() > 2 ? Uses[2] : 0;
    P.MemA = Mems[0];
    P.MemB = Mems[1];
  }
  return P;
}

static MachineOperand &codeOf(MachineInstr &MI) {
  for (unsigned I = 2, E = MI.getNumOperands(); I < E;) {
    InlineAsm::Flag F(MI.getOperand(I).getImm());
    if (F.isImmKind())
      return MI.getOperand(I + 1);
    I += 1 + F.getNumOperandRegisters();
  }
  llvm_unreachable("a pseudo without code");
}

void CheckPseudo::setRegion(MachineInstr &MI, unsigned Region) {
  MachineOperand &MO = codeOf(MI);
  MO.setImm(int64_t(uint32_t(MO.getImm())) | int64_t(Region) << 32);
}

void CheckPseudo::setWritesId(MachineInstr &MI) {
  MachineOperand &MO = codeOf(MI);
  MO.setImm(MO.getImm() | 1 << 16);
}

void CheckPseudo::addConstants(MachineInstr &MI, ArrayRef<int64_t> Values) {
  MachineInstrBuilder MIB(*MI.getMF(), MI);
  for (int64_t V : Values)
    MIB.addImm(InlineAsm::Flag(InlineAsm::Kind::Imm, 1)).addImm(V);
}

SmallVector<int64_t, 8> CheckPseudo::constants(const MachineInstr &MI) {
  SmallVector<int64_t, 8> Values;
  for (unsigned I = 2, E = MI.getNumOperands(); I < E && MI.getOperand(I).isImm();) {
    InlineAsm::Flag F(MI.getOperand(I).getImm());
    if (F.isImmKind())
      Values.push_back(MI.getOperand(I + 1).getImm());
    I += 1 + F.getNumOperandRegisters();
  }
  Values.erase(Values.begin()); // what it is
  return Values;
}
