//===- LastCalls.cpp - what was written since the last call ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "LastCalls.h"
#include "CheckPseudo.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/CodeGen/MachineFunction.h"
#include <optional>

using namespace llvm;
using namespace crit;

void LastCalls::step(AfterCall &Now, MachineInstr &MI) const {
  Damage.step(Now.Since, MI);
  if (!MI.isCall() || MI.isReturn())
    return;
  bool Inside = Now.Since.Inside;
  Now = {&MI, Damage.nothing()};
  Now.Since.Inside = Inside;
}

/// Not round loops. A landing has the right stack pointer.
LastCalls::LastCalls(MachineFunction &MF, const StackDamage &Damage)
    : Damage(Damage) {
  DenseMap<const MachineBasicBlock *, AfterCall> Out;
  ReversePostOrderTraversal<MachineFunction *> Order(&MF);
  for (MachineBasicBlock *MBB : Order) {
    std::optional<AfterCall> Now;
    if (!MBB->isEHPad() && MBB != &MF.front())
      for (const MachineBasicBlock *P : MBB->predecessors()) {
        if (CheckPseudo::isLanding(*P))
          continue;
        AfterCall From = Out.lookup(P);
        if (!Now)
          Now = From;
        else if (Now->Call != From.Call)
          Now->Call = nullptr;
        else if (Now->Call)
          Now->Since.merge(From.Since);
      }
    AfterCall Behind = Now && Now->Call ? *Now : AfterCall{nullptr, Damage.nothing()};
    In[MBB] = Behind;
    for (MachineInstr &MI : *MBB)
      step(Behind, MI);
    Out[MBB] = Behind;
  }
}
