//===- SlotCopies.cpp - registers that a word of the frame holds too ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SlotCopies.h"
#include "CheckPseudo.h"
#include "X86Table.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/PseudoSourceValue.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

/// Forward, over all ways: what holds on each of them.
SlotCopies::SlotCopies(MachineFunction &MF)
    : T(X86Table::get(MF)), TRI(*MF.getSubtarget().getRegisterInfo()) {
  DenseMap<const MachineBasicBlock *, State> Out;
  ReversePostOrderTraversal<MachineFunction *> Order(&MF);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (MachineBasicBlock *MBB : Order) {
      State S;
      bool First = true;
      if (!MBB->isEHPad())
        for (const MachineBasicBlock *P : MBB->predecessors()) {
          auto It = Out.find(P);
          if (It == Out.end()) // not yet: it takes away what it must later
            continue;
          if (First)
            S = It->second;
          else
            meet(S, It->second);
          First = false;
        }
      In[MBB] = Now = S;
      for (const MachineInstr &MI : *MBB)
        step(MI);
      auto [It, New] = Out.try_emplace(MBB, Now);
      if (New || It->second != Now) {
        It->second = Now;
        Changed = true;
      }
    }
  }
}

void SlotCopies::enter(const MachineBasicBlock &MBB) { Now = In.lookup(&MBB); }

const SlotCopies::Fact *SlotCopies::find(unsigned R) const {
  auto It = find_if(Now, [&](const Fact &F) { return F.Register == R; });
  return It == Now.end() ? nullptr : &*It;
}

std::optional<SlotCopies::Word> SlotCopies::of(Register R) const {
  const Fact *F = find(R.id());
  return F && F->Right ? std::optional(Word{F->At, F->Shift}) : std::nullopt;
}

/// What holds in both.
void SlotCopies::meet(State &S, const State &O) {
  erase_if(S, [&](Fact &F) {
    auto It = find_if(O, [&](const Fact &G) {
      return G.Register == F.Register && G.At == F.At && G.Shift == F.Shift;
    });
    if (It == O.end())
      return true;
    F.Right &= It->Right;
    return false;
  });
}

void SlotCopies::add(Fact New) {
  // What is in a slot already, and compared, is the better witness.
  if (const Fact *Old = find(New.Register); Old && Old->Right && !New.Right)
    return;
  erase_if(Now, [&](const Fact &F) { return F.Register == New.Register; });
  Now.insert(lower_bound(Now, New,
                         [](const Fact &A, const Fact &B) { return A.Register < B.Register; }),
             New);
}

void SlotCopies::store(int32_t At, uint64_t Bytes) {
  erase_if(Now, [&](const Fact &F) {
    return F.At < At + int64_t(Bytes) && At < F.At + 8;
  });
}

/// What was shifted out has not been seen.
void SlotCopies::compared(int32_t At, unsigned Shift) {
  for (Fact &F : Now)
    F.Right |= F.At == At && F.Shift >= Shift;
}

/// One of the comparisons that end in a jump if there is a difference: of a register that
/// is in a slot, or of a slot.
void SlotCopies::compare(const MachineInstr &MI, const CheckPseudo &P) {
  if (P.Kind != PseudoKind::CompareEq || P.Aux != 3)
    return;
  for (unsigned Operand : {P.A, P.B})
    if (const Fact *F = Operand ? find(MI.getOperand(Operand).getReg().id()) : nullptr)
      compared(F->At, F->Shift);
  if (P.MemB && MI.getOperand(P.MemB).isReg() && MI.getOperand(P.MemB).getReg() == T.RSP &&
      !MI.getOperand(P.MemB + 2).getReg() && MI.getOperand(P.MemB + 3).isImm())
    compared(int32_t(MI.getOperand(P.MemB + 3).getImm()), 0);
}

/// An entry of the undo log, where nothing else is: only of these no size is given.
static bool isLog(const MachineInstr &MI) {
  return MI.hasOneMemOperand() &&
         isa_and_nonnull<FixedStackPseudoSourceValue>(
             (*MI.memoperands_begin())->getPseudoValue());
}

void SlotCopies::step(const MachineInstr &MI) {
  if (MI.isMetaInstruction() && !MI.isInlineAsm())
    return;
  auto P = CheckPseudo::parse(MI);
  // Calls give it back as it was.
  if ((!MI.isCall() && MI.modifiesRegister(T.RSP, &TRI)) ||
      (P && P->Kind == PseudoKind::Landing)) {
    Now.clear();
    return;
  }
  if (P)
    compare(MI, *P);
  // Before it is overwritten.
  std::optional<Fact> Copied;
  bool Shifts = T.name(MI) == "SHL64ri";
  if (Shifts || T.name(MI) == "MOV64rr")
    if (const Fact *F = find(MI.getOperand(1).getReg().id())) {
      unsigned By = F->Shift + (Shifts ? unsigned(MI.getOperand(2).getImm()) : 0);
      if (By < 64)
        Copied = Fact{MI.getOperand(0).getReg().id(), F->At, F->Right, By};
    }
  erase_if(Now, [&](const Fact &F) {
    return MI.modifiesRegister(Register(F.Register), &TRI);
  });
  if (Copied)
    add(*Copied);
  int Mem = MI.isInlineAsm() ? -1 : T.memoryOperand(MI);
  const MachineOperand *M = Mem >= 0 ? &MI.getOperand(Mem) : nullptr;
  if (!M || !M[0].isReg() || M[0].getReg() != T.RSP || M[4].getReg())
    return;
  bool Plain = !M[2].getReg() && M[3].isImm();
  if (MI.mayStore() && !M[2].getReg()) { // indexed: the undo log
    LocationSize Size = MI.hasOneMemOperand()
                            ? (*MI.memoperands_begin())->getSize()
                            : LocationSize::beforeOrAfterPointer();
    if (Plain && !Size.hasValue() && isLog(MI))
      return;
    if (Plain && Size.hasValue() && !Size.isScalable())
      store(M[3].getImm(), Size.getValue().getFixedValue());
    else
      Now.clear();
  }
  StringRef Name = T.name(MI);
  if (Plain && Name == "MOV64mr" && MI.getOperand(5).getReg() != T.RSP)
    add({MI.getOperand(5).getReg().id(), int32_t(M[3].getImm()), false});
  else if (Plain && Name == "MOV64rm")
    add({MI.getOperand(0).getReg().id(), int32_t(M[3].getImm()), false});
}
