//===- LandingLayout.cpp - landings out of the way ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "LandingLayout.h"
#include "CheckPseudo.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineInstrBuilder.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

static bool isLanding(const MachineBasicBlock &MBB) {
  return llvm::any_of(MBB, [](const MachineInstr &MI) {
    auto P = CheckPseudo::parse(MI);
    return P && P->Kind == PseudoKind::Landing;
  });
}

/// The edge from a landing makes a loop of each region, whose head was aligned.
static void alignOnlyLoops(MachineBasicBlock &Head) {
  for (const MachineBasicBlock *P : Head.predecessors())
    if (!isLanding(*P) && P->getNumber() >= Head.getNumber())
      return;
  Head.setAlignment(Align(1));
}

void crit::moveLandings(MachineFunction &MF) {
  const X86Table &T = X86Table::get(MF);
  const TargetInstrInfo &TII = *MF.getSubtarget().getInstrInfo();
  SmallVector<MachineBasicBlock *, 16> Landings;
  for (MachineBasicBlock &MBB : MF)
    if (&MBB != &MF.front() && isLanding(MBB))
      Landings.push_back(&MBB);
  for (MachineBasicBlock *L : Landings) {
    MachineBasicBlock *Before = &*std::prev(L->getIterator());
    auto After = std::next(L->getIterator());
    if (After == MF.end())
      continue;
    // The choice between several landings ends in text.
    auto JumpOn = [&](MachineBasicBlock &From, MachineBasicBlock &To) {
      auto Last = From.getLastNonDebugInstr();
      if (From.isSuccessor(&To) && (Last == From.end() || !Last->isBarrier()))
        BuildMI(From, From.end(), DebugLoc(), TII.get(T.JMP_1)).addMBB(&To);
    };
    JumpOn(*Before, *L);
    JumpOn(*L, *After);
    MF.splice(MF.end(), L->getIterator());
    auto Jump = Before->getLastNonDebugInstr();
    if (Jump != Before->end() && Jump->getOpcode() == T.JMP_1 &&
        Jump->getOperand(0).isMBB() && Jump->getOperand(0).getMBB() == &*After)
      Jump->eraseFromParent();
  }
  MF.RenumberBlocks();
  for (MachineBasicBlock *L : Landings)
    for (MachineBasicBlock *Head : L->successors())
      if (Head != L && Head != &MF.front())
        alignOnlyLoops(*Head);
}
