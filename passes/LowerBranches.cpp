//===- LowerBranches.cpp - a branch is held to the shadows' decision ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The half of LowerChecks that makes code of Decide. What stands between the
// decision and the branch (the master's compare, moves made by the allocator)
// exists twice from here on, once on each way:
//
//     CMP a', b'; decide               CMP a', b'
//     CMP a, b                         JCC S, ge
//     JCC T, l                         CMP a, b
//     F: ...                           JCC T, l
//                                      JMP stub
//                                   S: CMP a, b
//                                      JCC stub, l
//                                   F: ...
//===----------------------------------------------------------------------===//
#include "LowerChecks.h"
#include "X86Table.h"
#include "llvm/CodeGen/TargetInstrInfo.h"

using namespace llvm;
using namespace crit;

/// The first terminator if it is conditional.
static MachineInstr *conditional(MachineBasicBlock &MBB, const X86Table &T) {
  auto I = MBB.getFirstTerminator();
  return I != MBB.end() && T.condOperand(*I) ? &*I : nullptr;
}

static void copyCode(MachineBasicBlock &From, MachineBasicBlock &To) {
  for (MachineInstr &MI : From)
    if (!MI.isDebugInstr())
      To.push_back(To.getParent()->CloneMachineInstr(&MI));
}

/// Branch folding may have let several blocks share one end. Take it back.
void LowerChecks::takeBackEnd(MachineBasicBlock &MBB) {
  MachineBasicBlock *End = nullptr;
  for (MachineBasicBlock *S : MBB.successors())
    if (!S->isInlineAsmBrIndirectTarget()) { // a landing of haft
      if (End)
        return;
      End = S;
    }
  if (!End || conditional(MBB, T))
    return;
  if (End->isEHPad() || !conditional(*End, T))
    return;
  for (const MachineInstr &MI : *End)
    if (MI.isCall() || MI.isPosition() || MI.isInlineAsm())
      return;
  while (!MBB.empty() && MBB.back().isTerminator())
    MBB.back().eraseFromParent();
  copyCode(*End, MBB);
  MBB.removeSuccessor(End);
  for (auto S = End->succ_begin(); S != End->succ_end(); ++S)
    MBB.addSuccessor(*S, End->getSuccProbability(S));
  MachineBasicBlock *Next = End->getNextNode();
  if (!MBB.back().isBarrier() && Next && MBB.isSuccessor(Next))
    BuildMI(MBB, MBB.end(), DebugLoc(), TII.get(T.JMP_1)).addMBB(Next);
}

bool LowerChecks::followDecision(MachineInstr &MI, const CheckPseudo &P) {
  MachineBasicBlock &MBB = *MI.getParent();
  const DebugLoc DL = MI.getDebugLoc();
  MachineBasicBlock *Rest = cutAfter(MI);
  MI.eraseFromParent();
  takeBackEnd(*Rest);
  MachineInstr *Jump = conditional(*Rest, T);
  // Both ways have become one, or the branch is out of reach.
  if (!Jump)
    return llvm::count_if(Rest->successors(), [](auto *S) {
             return !S->isInlineAsmBrIndirectTarget();
           }) < 2;
  unsigned CC = Jump->getOperand(*T.condOperand(*Jump)).getImm();
  // A conditional tail call jumps to no block.
  MachineBasicBlock *To =
      Jump->getOpcode() == T.JCC_1 ? Jump->getOperand(0).getMBB() : nullptr;
  bool Likely =
      To && BranchProbability(1, 2) < [&] {
        for (auto S = Rest->succ_begin(); S != Rest->succ_end(); ++S)
          if (*S == To)
            return Rest->getSuccProbability(S);
        return BranchProbability::getZero();
      }();
  MachineBasicBlock *Other = MF.CreateMachineBasicBlock(Rest->getBasicBlock());
  copyCode(*Rest, *Other);
  for (const auto &LI : Rest->liveins())
    Other->addLiveIn(LI);
  MachineBasicBlock *Taken = Likely ? Rest : Other;
  MachineBasicBlock *Passed = Likely ? Other : Rest;
  // What falls through must stay in front of its successor.
  MF.insert(Likely ? std::next(Rest->getIterator()) : MF.end(), Other);

  MachineBasicBlock *Stub =
      failStub(P.Check, Jump->getDebugLoc(), Register(), Register(), 0,
               P.Region);
  SmallVector<MachineBasicBlock *, 2> Rests(Rest->successors());
  while (!Rest->succ_empty())
    Rest->removeSuccessor(Rest->succ_begin());

  MachineInstr *J = conditional(*Taken, T);
  while (&Taken->back() != J)
    Taken->back().eraseFromParent();
  BuildMI(*Taken, Taken->end(), DL, TII.get(T.JMP_1)).addMBB(Stub);
  if (To)
    Taken->addSuccessor(To, BranchProbability::getOne());
  Taken->addSuccessor(Stub, BranchProbability::getZero());

  J = conditional(*Passed, T);
  BuildMI(*Passed, J, J->getDebugLoc(), TII.get(T.JCC_1))
      .addMBB(Stub)
      .addImm(CC);
  J->eraseFromParent();
  for (MachineBasicBlock *S : Rests)
    if (S != To)
      Passed->addSuccessor(S, BranchProbability::getOne());
  Passed->addSuccessor(Stub, BranchProbability::getZero());

  unsigned Ahead = Likely ? invertCond(CC) : CC;
  BuildMI(MBB, MBB.end(), DL, TII.get(T.JCC_1))
      .addMBB(Other)
      .addImm(P.Aux ? mirrorCond(Ahead) : Ahead);
  MBB.addSuccessor(Other, BranchProbability(1, 2));
  return true;
}
