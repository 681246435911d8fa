//===- SpareChecks.cpp - comparisons that others stand for ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Of the stack pointer, behind a checkpoint that nothing goes back from:
//
//       MOV [slot], rax                     MOV [slot], rax
//       CMP rsp, [mark]                     MOV [log], 0
//       MOV [log], 0               ->       MOV [number], 3
//   H:  cut 3                               CMP rsp, [mark]
//       MOV [number], 3                 H:  cut 3
//       CMP rsp, [mark]
//   R:  landing 3 ... JMP H             R:  landing 3 ... MOV [number], 3; JMP H
//
// The one that is left is where the first was, and what it repeats when it fails
// (Repeat.h) are the other two stores as well. Moved are only stores of constants, over
// nothing that touches memory or the stack pointer.
//
// Of a saved value that is an argument, too:
//
//   MOV [slot], rbx                         MOV [slot], rbx
//   CMP r14, [slot]; JNE again              MOV rdi, rbx
//   MOV rdi, rbx                   ->       CMP rdi, r14; JNE again
//   CMP rdi, r14; JNE again                 CALL
//   CALL
//
// A wrong rbx is wrong in rdi. If only the slot is wrong, that was the fault, and no
// landing loads it.
//===----------------------------------------------------------------------===//
#include "SpareChecks.h"
#include "CheckPseudo.h"
#include "Regions.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/PseudoSourceValue.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

namespace {

class SpareChecks {
public:
  explicit SpareChecks(MachineFunction &MF)
      : MF(MF), T(X86Table::get(MF)),
        TRI(*MF.getSubtarget().getRegisterInfo()) {}
  void run();

private:
  using Iterator = MachineBasicBlock::iterator;
  bool comparesStack(const MachineInstr &MI) const;
  bool isAside(const MachineInstr &MI) const;
  bool isInRegisters(const MachineInstr &MI) const;
  Iterator skip(MachineBasicBlock &MBB, Iterator I) const;
  bool storesConstant(const MachineInstr &MI) const;
  bool isNumber(const MachineInstr &MI) const;
  void dropRepeated(MachineBasicBlock &MBB);
  void joinEnds(MachineBasicBlock &Head);
  bool isSaved(const MachineInstr &Store, const MachineInstr &Check,
               const CheckPseudo &P) const;
  bool isCovered(MachineInstr &Store, MachineInstr &Check,
                 const CheckPseudo &P) const;
  void dropCovered(MachineBasicBlock &MBB);

  MachineFunction &MF;
  const X86Table &T;
  const TargetRegisterInfo &TRI;
};

} // namespace

bool SpareChecks::comparesStack(const MachineInstr &MI) const {
  auto P = CheckPseudo::parse(MI);
  return P && P->Kind == PseudoKind::CompareEq && P->MemB &&
         MI.getOperand(P->A).getReg() == T.RSP;
}

/// Between registers other than the stack pointer: neither tells nor cares whether it is
/// right.
bool SpareChecks::isAside(const MachineInstr &MI) const {
  if (MI.isMetaInstruction() && !MI.isInlineAsm() && !MI.isPosition())
    return !CheckPseudo::parse(MI);
  return MI.getOpcode() == T.MOV64rr && MI.getOperand(0).getReg() != T.RSP &&
         MI.getOperand(1).getReg() != T.RSP;
}

SpareChecks::Iterator SpareChecks::skip(MachineBasicBlock &MBB, Iterator I) const {
  while (I != MBB.end() && isAside(*I))
    ++I;
  return I;
}

/// In a slot of checkpoints: the region's number, or the undo log's first entry.
bool SpareChecks::storesConstant(const MachineInstr &MI) const {
  StringRef Name = T.name(MI);
  if ((Name != "MOV32mi" && Name != "MOV64mi32") || !MI.hasOneMemOperand())
    return false;
  const MachineMemOperand &M = **MI.memoperands_begin();
  return M.isVolatile() && M.getPseudoValue() &&
         isa<FixedStackPseudoSourceValue>(M.getPseudoValue()) &&
         MI.getOperand(0).getReg() == T.RSP && !MI.getOperand(2).getReg() &&
         MI.getOperand(5).isImm();
}

bool SpareChecks::isNumber(const MachineInstr &MI) const {
  if (!storesConstant(MI))
    return false;
  const auto *P = cast<FixedStackPseudoSourceValue>(
      (*MI.memoperands_begin())->getPseudoValue());
  return P->getFrameIndex() >= 0 &&
         MF.getFrameInfo().getObjectSize(P->getFrameIndex()) == NumberBytes;
}

/// Neither uses memory nor the stack pointer: a comparison of it may as well be made
/// behind. (One that repeats the checkpoint may not: registers are what they were.)
bool SpareChecks::isInRegisters(const MachineInstr &MI) const {
  if (isAside(MI))
    return true;
  if (MI.readsRegister(T.RSP, &TRI) || MI.modifiesRegister(T.RSP, &TRI))
    return false;
  if (auto P = CheckPseudo::parse(MI))
    return P->Kind == PseudoKind::CompareEq && !P->MemB;
  return !MI.isInlineAsm() && !MI.isPosition() && !MI.isTerminator() && !MI.isCall() &&
         !MI.mayLoadOrStore() && !MI.hasUnmodeledSideEffects();
}

/// Of two for one region, between which nobody uses the stack pointer, the first.
void SpareChecks::dropRepeated(MachineBasicBlock &MBB) {
  for (MachineInstr &MI : make_early_inc_range(MBB)) {
    if (!comparesStack(MI))
      continue;
    unsigned Region = CheckPseudo::parse(MI)->Region;
    auto Next = std::next(MI.getIterator());
    while (Next != MBB.end() && (Region ? isInRegisters(*Next) : isAside(*Next)))
      ++Next;
    if (Next == MBB.end() || !comparesStack(*Next) ||
        CheckPseudo::parse(*Next)->Region != Region)
      continue;
    if (!Region)
      MBB.splice(MI.getIterator(), &MBB, Next);
    MI.eraseFromParent();
  }
}

/// Head begins a region behind a checkpoint.
void SpareChecks::joinEnds(MachineBasicBlock &Head) {
  auto Cut = skip(Head, Head.begin());
  if (Cut == Head.end())
    return;
  auto P = CheckPseudo::parse(*Cut);
  if (!P || P->Kind != PseudoKind::Cut || !P->Aux)
    return;
  auto Number = skip(Head, std::next(Cut));
  if (Number == Head.end() || !isNumber(*Number))
    return;
  auto Second = skip(Head, std::next(Number));
  if (Second == Head.end() || !comparesStack(*Second) ||
      CheckPseudo::parse(*Second)->Region != P->Region)
    return;
  MachineBasicBlock *Before = nullptr, *Landing = nullptr;
  for (MachineBasicBlock *B : Head.predecessors()) {
    MachineBasicBlock *&Here = CheckPseudo::isLanding(*B) ? Landing : Before;
    if (Here)
      return;
    Here = B;
  }
  if (!Before || !Landing)
    return;
  // Up to the comparison, in blocks that lead nowhere else.
  SmallVector<MachineInstr *, 2> Moved;
  auto First = Before->end();
  for (unsigned Blocks = 1;;) {
    auto End = Before->getFirstTerminator();
    if (First == Before->end()) {
      if (End != Before->end() &&
          (T.name(*End) != "JMP_1" || std::next(End) != Before->end()))
        return;
      First = End;
    }
    if (First == Before->begin()) {
      if (Before->pred_size() != 1 || ++Blocks > 4 || !Moved.empty())
        return;
      Before = *Before->pred_begin();
      First = Before->end();
      continue;
    }
    --First;
    if (comparesStack(*First))
      break;
    if (storesConstant(*First) && !isNumber(*First))
      Moved.push_back(&*First);
    else if (!isAside(*First))
      return;
  }
  // Not where a region is current: its checks would take the number for theirs.
  if (CheckPseudo::parse(*First)->Region)
    return;
  MachineInstr *Again = MF.CloneMachineInstr(&*Number);
  Landing->insert(Landing->getFirstTerminator(), Again);
  for (MachineInstr *MI : reverse(Moved))
    Before->splice(First, Before, MI->getIterator());
  Before->splice(First, &Head, Number);
  Second->eraseFromParent();
}

/// Store writes what Check compares.
bool SpareChecks::isSaved(const MachineInstr &Store, const MachineInstr &Check,
                          const CheckPseudo &P) const {
  if (Store.getOpcode() != (P.Aux == 3 ? T.MOV64mr : T.MOV32mr) ||
      !Store.hasOneMemOperand() || !(*Store.memoperands_begin())->isVolatile())
    return false;
  for (unsigned I = 0; I != 5; ++I)
    if (!Store.getOperand(I).isIdenticalTo(Check.getOperand(P.MemB + I)))
      return false;
  return Store.getOperand(0).getReg() == T.RSP;
}

/// Whether the register that Store saved, or a copy made behind it, is compared with the
/// register of Check before the region ends.
bool SpareChecks::isCovered(MachineInstr &Store, MachineInstr &Check,
                            const CheckPseudo &P) const {
  SmallVector<Register, 4> Saved{Store.getOperand(5).getReg()}, Others;
  auto Widen = [&](Register R) {
    MCRegister W = TRI.getMatchingSuperReg(R.asMCReg(), T.SubLow32, T.regClass("GR64"));
    return W.isValid() ? Register(W) : R;
  };
  Saved[0] = Widen(Saved[0]);
  for (MachineInstr *MI = Store.getNextNode(); MI; MI = MI->getNextNode()) {
    if (MI->isDebugInstr())
      continue;
    if (auto Q = CheckPseudo::parse(*MI)) {
      if (MI == &Check) {
        Others.push_back(Widen(MI->getOperand(P.A).getReg()));
        continue;
      }
      if (Q->Kind == PseudoKind::CompareEq && Q->Region == P.Region && Q->B && !Q->MemB &&
          Q->Aux >= P.Aux) {
        Register A = Widen(MI->getOperand(Q->A).getReg());
        Register B = Widen(MI->getOperand(Q->B).getReg());
        if ((is_contained(Saved, A) && is_contained(Others, B)) ||
            (is_contained(Saved, B) && is_contained(Others, A)))
          return true;
      }
      if (Q->isPlace() || Q->Kind == PseudoKind::Update)
        return false;
    } else if (MI->isCall() || MI->isTerminator() || isIrrevocable(*MI)) {
      return false;
    }
    bool Moves = MI->getOpcode() == T.MOV64rr ||
                 (MI->getOpcode() == T.MOV32rr && P.Aux == 2);
    Register From = Moves ? Widen(MI->getOperand(1).getReg()) : Register();
    bool OfSaved = Moves && is_contained(Saved, From);
    bool OfOthers = Moves && is_contained(Others, From);
    auto Changed = [&](Register R) { return MI->modifiesRegister(R, &TRI); };
    erase_if(Saved, Changed);
    erase_if(Others, Changed);
    if (OfSaved)
      Saved.push_back(Widen(MI->getOperand(0).getReg()));
    if (OfOthers)
      Others.push_back(Widen(MI->getOperand(0).getReg()));
  }
  return false;
}

void SpareChecks::dropCovered(MachineBasicBlock &MBB) {
  for (MachineInstr &MI : make_early_inc_range(MBB)) {
    auto P = CheckPseudo::parse(MI);
    if (!P || P->Kind != PseudoKind::CompareEq || P->Check != CRIT_CHECK_Checkpoint ||
        !P->MemB || (P->Aux != 2 && P->Aux != 3) || comparesStack(MI))
      continue;
    for (MachineInstr *S = MI.getPrevNode(); S && !S->isCall(); S = S->getPrevNode()) {
      if (!isSaved(*S, MI, *P))
        continue;
      if (isCovered(*S, MI, *P))
        MI.eraseFromParent();
      break;
    }
  }
}

void SpareChecks::run() {
  bool KeepsSlots = false;
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : MBB)
      if (auto P = CheckPseudo::parse(MI); P && P->Kind == PseudoKind::Landing)
        KeepsSlots |= P->Aux;
  for (MachineBasicBlock &MBB : MF) {
    dropRepeated(MBB);
    // There, regions take from slots what they use without any fault.
    if (!KeepsSlots)
      dropCovered(MBB);
  }
  for (MachineBasicBlock &MBB : MF)
    joinEnds(MBB);
}

void crit::dropSpareChecks(MachineFunction &MF) { SpareChecks(MF).run(); }
