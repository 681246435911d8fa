//===- OnePointer.cpp - loops that walk one array -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Addresses of base and index cost nothing to compute, but keep two registers. Twice
// that is too much where a loop also adds up: all four are spilled, and loaded again
// for each access.
//
//                                        p0 = LEA [base + start*2]
//                                        e  = LEA [base + end*2]
//   i = PHI start, i'                    p  = PHI p0, p'
//   x = MOVZX [base + i*2]               x  = MOVZX [p]
//   y = MOVZX [base + i*2 + 1]     ->    y  = MOVZX [p + 1]
//   i' = ADD i, 2                        p' = ADD p, 4
//   CMP i', end; JNE                     CMP p', e; JNE
//
// p' is e where i' is end, or where they differ in bits that the scale shifts out. A
// loop that went on from there would have to go through all of the address space, a
// step at a time, until it meets end: it traps. Therefore only loops of one block with
// small steps, which access memory in every turn.
//===----------------------------------------------------------------------===//
#include "OnePointer.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineInstrBuilder.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

namespace {

/// Fewer accesses do not pay for two more instructions in front.
constexpr unsigned MinAccesses = 3;
/// Bytes: a page has no gap that a step misses.
constexpr int64_t MaxStep = 1024;

enum : unsigned { Base, Scale, Index, Disp, Segment };

class Walk {
public:
  Walk(MachineInstr &Phi, MachineBasicBlock &Before)
      : Phi(Phi), Body(*Phi.getParent()), Before(Before),
        MRI(Body.getParent()->getRegInfo()),
        TII(*Body.getParent()->getSubtarget().getInstrInfo()),
        T(X86Table::get(*Body.getParent())) {}
  bool find();
  void rewrite();

private:
  bool isPlain(const MachineOperand &MO) const {
    return MO.isReg() && MO.getReg().isVirtual() && !MO.getSubReg();
  }
  bool isFromOutside(const MachineOperand &MO) const;
  bool findStep();
  bool findEnd();
  bool findAccesses();
  Register sum(Register I);

  MachineInstr &Phi;
  MachineBasicBlock &Body, &Before;
  MachineRegisterInfo &MRI;
  const TargetInstrInfo &TII;
  const X86Table &T;
  Register Start, End, Array;
  MachineInstr *Add = nullptr, *Compare = nullptr;
  unsigned EndOp = 0;
  int64_t Step = 0, Factor = 0;
  SmallVector<MachineInstr *, 8> Accesses;
};

} // namespace

bool Walk::isFromOutside(const MachineOperand &MO) const {
  if (!isPlain(MO))
    return false;
  const MachineInstr *D = MRI.getVRegDef(MO.getReg());
  return D && D->getParent() != &Body;
}

bool Walk::findStep() {
  for (unsigned Op = 1; Op != Phi.getNumOperands(); Op += 2) {
    if (!isPlain(Phi.getOperand(Op)))
      return false;
    if (Phi.getOperand(Op + 1).getMBB() == &Body)
      Add = MRI.getVRegDef(Phi.getOperand(Op).getReg());
    else
      Start = Phi.getOperand(Op).getReg();
  }
  if (!Add || !Start || Add->getParent() != &Body || Add->getNumExplicitDefs() != 1)
    return false;
  StringRef Name = T.name(*Add);
  if (Name == "ADD64ri32" && Add->getOperand(2).isImm())
    Step = Add->getOperand(2).getImm();
  else if (Name == "INC64r" || Name == "DEC64r")
    Step = Name == "INC64r" ? 1 : -1;
  else
    return false;
  return isPlain(Add->getOperand(1)) &&
         Add->getOperand(1).getReg() == Phi.getOperand(0).getReg() &&
         !T.definesLiveFlags(*Add);
}

/// The next index is compared with the last one, for equality only.
bool Walk::findEnd() {
  Register Next = Add->getOperand(0).getReg();
  for (MachineInstr &U : MRI.use_nodbg_instructions(Next)) {
    if (&U == &Phi)
      continue;
    if (Compare || T.name(U) != "CMP64rr" || U.getParent() != &Body)
      return false;
    Compare = &U;
  }
  if (!Compare)
    return false;
  EndOp = Compare->getOperand(0).getReg() == Next ? 1 : 0;
  if (!isPlain(Compare->getOperand(1 - EndOp)) ||
      !isFromOutside(Compare->getOperand(EndOp)))
    return false;
  End = Compare->getOperand(EndOp).getReg();
  for (auto I = std::next(Compare->getIterator()); I != Body.end(); ++I) {
    if (T.readsFlags(*I)) {
      auto Op = T.condOperand(*I);
      if (!Op || I->getOpcode() != T.JCC_1)
        return false;
      int64_t C = I->getOperand(*Op).getImm();
      if (C != CC_E && C != CC_NE)
        return false;
    }
    if (I->modifiesRegister(T.EFLAGS, nullptr))
      return false;
  }
  for (const MachineBasicBlock *S : Body.successors())
    if (S->isLiveIn(T.EFLAGS))
      return false;
  return true;
}

bool Walk::findAccesses() {
  Register I = Phi.getOperand(0).getReg();
  for (MachineInstr &U : MRI.use_nodbg_instructions(I)) {
    if (&U == Add)
      continue;
    int M = T.memoryOperand(U);
    if (M < 0 || !U.mayLoad() || U.mayStore() || U.getParent() != &Body)
      return false;
    const MachineOperand &A = U.getOperand(M + Base), &F = U.getOperand(M + Scale);
    if (!isFromOutside(A) || !isPlain(U.getOperand(M + Index)) ||
        U.getOperand(M + Index).getReg() != I || U.getOperand(M + Segment).getReg() ||
        !U.getOperand(M + Disp).isImm())
      return false;
    unsigned Uses = 0;
    for (const MachineOperand &MO : U.operands())
      Uses += MO.isReg() && MO.getReg() == I;
    if (Uses != 1 || (Array && (Array != A.getReg() || Factor != F.getImm())))
      return false;
    Array = A.getReg();
    Factor = F.getImm();
    Accesses.push_back(&U);
  }
  return Accesses.size() >= MinAccesses;
}

bool Walk::find() {
  const TargetRegisterClass *Any = T.regClass("GR64"), *Indices = T.regClass("GR64_NOSP");
  if (!Any || !Indices || !findStep() || !findEnd() || !findAccesses() || !Step ||
      std::abs(Step) > MaxStep / Factor)
    return false;
  return Any->hasSubClassEq(MRI.getRegClass(Array)) &&
         MRI.constrainRegClass(Start, Indices) && MRI.constrainRegClass(End, Indices);
}

Register Walk::sum(Register I) {
  Register R = MRI.createVirtualRegister(T.regClass("GR64"));
  MRI.clearKillFlags(I);
  MRI.clearKillFlags(Array);
  BuildMI(Before, Before.getFirstTerminator(), Compare->getDebugLoc(),
          TII.get(T.opcode("LEA64r")), R)
      .addReg(Array)
      .addImm(Factor)
      .addReg(I)
      .addImm(0)
      .addReg(Register());
  return R;
}

void Walk::rewrite() {
  const TargetRegisterClass *Any = T.regClass("GR64");
  Register First = sum(Start), Last = sum(End);
  Register P = MRI.createVirtualRegister(Any), Next = MRI.createVirtualRegister(Any);
  BuildMI(Body, Phi, Phi.getDebugLoc(), TII.get(TargetOpcode::PHI), P)
      .addReg(First)
      .addMBB(&Before)
      .addReg(Next)
      .addMBB(&Body);
  MachineInstr *Sum = BuildMI(Body, Add, Add->getDebugLoc(),
                              TII.get(T.opcode("ADD64ri32")), Next)
                          .addReg(P)
                          .addImm(Step * Factor);
  Sum->addRegisterDead(T.EFLAGS, MRI.getTargetRegisterInfo());
  for (MachineInstr *U : Accesses) {
    int M = T.memoryOperand(*U);
    U->getOperand(M + Base).setReg(P);
    U->getOperand(M + Base).setIsKill(false);
    U->getOperand(M + Scale).setImm(1);
    U->getOperand(M + Index).setReg(Register());
    U->getOperand(M + Index).setIsKill(false);
  }
  Compare->getOperand(EndOp).setReg(Last);
  Compare->getOperand(EndOp).setIsKill(false);
  Compare->getOperand(1 - EndOp).setReg(Next);
  Compare->getOperand(1 - EndOp).setIsKill(false);
  SmallVector<MachineInstr *, 4> Debug; // of the index, which is no more
  for (Register R : {Phi.getOperand(0).getReg(), Add->getOperand(0).getReg()})
    for (MachineInstr &U : MRI.use_instructions(R))
      if (U.isDebugInstr() && !is_contained(Debug, &U))
        Debug.push_back(&U);
  for (MachineInstr *U : Debug)
    U->setDebugValueUndef();
  Add->eraseFromParent();
  Phi.eraseFromParent();
}

void crit::walkByPointer(MachineFunction &MF) {
  for (MachineBasicBlock &MBB : MF) {
    if (MBB.pred_size() != 2 || !MBB.isPredecessor(&MBB) || MBB.isEHPad() ||
        any_of(MBB, [](const MachineInstr &MI) {
          return MI.isCall() || MI.isInlineAsm();
        }))
      continue;
    MachineBasicBlock *Before = *MBB.pred_begin();
    if (Before == &MBB)
      Before = *std::next(MBB.pred_begin());
    // The block goes somewhere else at its end only.
    if (Before == &MBB || Before->mayHaveInlineAsmBr())
      continue;
    for (MachineInstr &Phi : make_early_inc_range(MBB.phis())) {
      Walk W(Phi, *Before);
      if (W.find())
        W.rewrite();
    }
  }
}
