//===- FreeInCalls.cpp - what a frame does not hold during a call ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a wrong stack pointer wrote into a caller's frame matters only if that one reads it.
// Words that are nothing at all are free in all calls; a variable is where its lifetime is
// closed:
//
//     cut 3              3: Big holds nothing (DeadVariables.h)
//     call f               free: Big
//     cut 4              4: Big may hold something
//     call g               free: nothing of it
//
// Why what holds nothing in a region holds nothing during the call that ends it: a region's
// variables are all that may be open anywhere between its cut and the next irrevocable
// instruction (Lifetimes::tellLandings), and that is counted from call to call, by where they
// are open in front of each, the call itself last. One that is opened before the call, or is an
// argument of it, is open there. And what is closed is written before it is read again,
// whether the call returns, ends in a pad, or is made again by the region before it. Nothing
// is known where no region is current, by that same account: emptying the undo log, behind
// which traps find no landing, does not end it.
//===----------------------------------------------------------------------===//
#include "CheckPseudo.h"
#include "LowerChecks.h"
#include "RegionTableMaker.h"
#include "Regions.h"

using namespace llvm;
using namespace crit;

/// As Lifetimes::tellLandings.
void TableMaker::stepBegun(Regions &Begun, const MachineInstr &MI) const {
  auto P = CheckPseudo::parse(MI);
  if (P && (P->Kind == PseudoKind::Cut || P->Kind == PseudoKind::Landing))
    Begun = {P->Region};
  else if ((!P && isIrrevocable(MI)) || MI.getFlag(MachineInstr::FrameDestroy) || MI.isReturn())
    Begun = {0};
}

void TableMaker::describeCalls(const StackDamage &Damage, MachineBasicBlock &MBB) {
  if (MF.exposesReturnsTwice() || CheckPseudo::isLanding(MBB))
    return;
  Regions Begun = In[&MBB].Begun;
  for (MachineInstr &MI : MBB) {
    auto P = CheckPseudo::parse(MI);
    // Code behind it is to be copied (LowerBranches.cpp), and a label would be there twice.
    if (P && (P->Kind == PseudoKind::Decide || P->Kind == PseudoKind::DecideLoad))
      return;
    if (!P && MI.isCall() && !MI.isReturn() && isIrrevocable(MI) && !Begun.empty() &&
        !Begun.count(0)) {
      StackNeeds Needed = needed(Damage, Begun);
      if (uint32_t List = Lists.atMost(Damage.deadInCalls(Needed.Dead), LowestWord))
        FreeCalls.push_back({&MI, List});
    }
    stepBegun(Begun, MI);
  }
}

void TableMaker::emitFree(const StackDamage &Damage, raw_ostream &OS) {
  OS << "\n\t.p2align 2\n" << label("calls", 0) << ":\n";
  for (unsigned I = 0; I != FreeCalls.size(); ++I)
    OS << "\t.long " << label("call", I) << "-.," << FreeCalls[I].List << '\n';
  OS << label("lists", 0) << ":\n";
  Lists.print(OS);
  BitVector Free = Damage.freeInCalls();
  OS << '\n' << label("free", 0) << ":\n\t.byte ";
  for (unsigned I = 0; I < Free.size(); I += 8) {
    unsigned Byte = 0;
    for (unsigned J = 0; J != 8 && I + J < Free.size(); ++J)
      Byte |= unsigned(Free.test(I + J)) << J;
    OS << (I ? "," : "") << Byte;
  }
  if (Free.empty())
    OS << 0;
}
