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
            erase_if(S, [&](const auto &Fact) {
              return !is_contained(It->second, Fact);
            });
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

std::optional<int32_t> SlotCopies::of(Register R) const {
  auto It = find_if(Now, [&](const auto &Fact) { return Fact.first == R.id(); });
  return It == Now.end() ? std::nullopt : std::optional(It->second);
}

void SlotCopies::add(unsigned R, int64_t At) {
  erase_if(Now, [&](const auto &Fact) { return Fact.first == R; });
  std::pair<unsigned, int32_t> Fact(R, int32_t(At));
  Now.insert(lower_bound(Now, Fact), Fact);
}

void SlotCopies::store(int32_t At, uint64_t Bytes) {
  erase_if(Now, [&](const auto &Fact) {
    return Fact.second < At + int64_t(Bytes) && At < Fact.second + 8;
  });
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
  erase_if(Now, [&](const auto &Fact) {
    return MI.modifiesRegister(Register(Fact.first), &TRI);
  });
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
    add(MI.getOperand(5).getReg().id(), M[3].getImm());
  else if (Plain && Name == "MOV64rm")
    add(MI.getOperand(0).getReg().id(), M[3].getImm());
}
