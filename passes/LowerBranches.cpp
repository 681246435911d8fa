//===- LowerBranches.cpp - a branch is held to the shadows' decision ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The half of LowerChecks that makes code of Decide and DecideLoad. What stands between the
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
//
// and of DecideLoad, where the comparisons are with memory:
//
//     decide by [A], b              1: CMP [A'], b'
//     JCC T, l                         JCC S, ge
//                                      CMP [A], b
//                                      JCC T, l
//                                      JMP 2
//                                   S: CMP [A], b
//                                      JCC 2, l
//                                   F: ...
//                                   2: fail if A != A' or b != b'; JMP 1
//===----------------------------------------------------------------------===//
#include "LowerChecks.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
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

/// The comparison of DecideLoad with what is at the address that begins at Mem.
static void compareMemory(MachineBasicBlock &MBB, MachineBasicBlock::iterator At,
                          const MachineInstr &MI, const CheckPseudo &P,
                          unsigned Mem, unsigned Other,
                          const TargetInstrInfo &TII) {
  MachineInstrBuilder B = BuildMI(MBB, At, MI.getDebugLoc(), TII.get(P.LoadOpcode));
  if (P.Aux == PseudoBuilder::InFront)
    B.addReg(MI.getOperand(Other).getReg());
  for (unsigned I = 0; I != 5; ++I) {
    MachineOperand MO = MI.getOperand(Mem + I);
    if (MO.isReg())
      MO.setIsKill(false);
    B.add(MO);
  }
  if (P.Aux == PseudoBuilder::Behind)
    B.addReg(MI.getOperand(Other).getReg());
  if (P.Aux == PseudoBuilder::Constant)
    B.addImm(P.Imm);
  B.cloneMemRefs(MI);
}

/// Nothing but terminators.
static bool isBare(MachineBasicBlock &MBB) {
  return MBB.getFirstNonDebugInstr() == MBB.getFirstTerminator();
}

/// The decisions of MI, at the end of Head, do not agree. Unless what they
/// compare or where differs, another thread wrote in between: decide again.
MachineBasicBlock *LowerChecks::decideAgain(MachineInstr &MI,
                                            const CheckPseudo &P,
                                            MachineBasicBlock &Head) {
  const DebugLoc &DL = MI.getDebugLoc();
  SmallVector<MachineBasicBlock *, 6> Made =
      compareAddresses(MI, P, CRIT_CHECK_LoadAddress, P.Region);
  MachineBasicBlock *Last = Made.back();
  if (P.A && MI.getOperand(P.A).getReg() != MI.getOperand(P.B).getReg()) {
    Register A = MI.getOperand(P.A).getReg(), B = MI.getOperand(P.B).getReg();
    unsigned Log2Width = Log2_32(
        TRI.getRegSizeInBits(*TRI.getMinimalPhysRegClass(A)) / 8);
    compare(*Last, Last->end(), DL, PseudoKind::CompareEq, Log2Width, A, B);
    MachineBasicBlock *Fail = failStub(P.Check, DL, A, B, Log2Width, P.Region);
    BuildMI(*Last, Last->end(), DL, TII.get(T.JCC_1)).addMBB(Fail).addImm(CC_NE);
    Last->addSuccessor(Fail, BranchProbability::getZero());
  }
  BuildMI(*Last, Last->end(), DL, TII.get(T.JMP_1)).addMBB(&Head);
  Last->addSuccessor(&Head);
  for (MachineBasicBlock *B : reverse(Made))
    liveIns(*B);
  return Made.front();
}

/// On one way, Way, of a DecideLoad: the program's own comparison, which goes to
/// Again on condition CC. Returns where the way begins now.
MachineBasicBlock *LowerChecks::programDecides(MachineInstr &MI,
                                               const CheckPseudo &P,
                                               MachineBasicBlock &Way,
                                               bool Bare,
                                               MachineBasicBlock *Again,
                                               unsigned CC) {
  MachineBasicBlock *At = &Way;
  if (!Bare) {
    At = MF.CreateMachineBasicBlock(Way.getBasicBlock());
    MF.insert(Way.getIterator(), At);
  } else {
    Way.clearLiveIns();
  }
  for (const auto &LI : MI.getParent()->liveins())
    At->addLiveIn(LI);
  compareMemory(*At, At->begin(), MI, P, P.MemA, P.A, TII);
  if (Bare)
    return At;
  BuildMI(*At, At->end(), MI.getDebugLoc(), TII.get(T.JCC_1))
      .addMBB(Again)
      .addImm(CC);
  At->addSuccessor(&Way, BranchProbability::getOne());
  At->addSuccessor(Again, BranchProbability::getZero());
  return At;
}

bool LowerChecks::followDecision(MachineInstr &MI, const CheckPseudo &P) {
  bool FromMemory = P.Kind == PseudoKind::DecideLoad;
  MachineBasicBlock *Head = MI.getParent();
  if (FromMemory && &MI != &Head->front())
    Head = cutAfter(*std::prev(MI.getIterator()));
  MachineBasicBlock &MBB = *Head;
  const DebugLoc DL = MI.getDebugLoc();
  takeFact(MI);
  MachineBasicBlock *Rest = cutAfter(MI);
  if (!FromMemory)
    MI.eraseFromParent();
  takeBackEnd(*Rest);
  MachineInstr *Jump = conditional(*Rest, T);
  // Both ways have become one, or the branch is out of reach.
  if (!Jump) {
    if (FromMemory) {
      compareMemory(MBB, MI, MI, P, P.MemA, P.A, TII);
      MI.eraseFromParent();
    }
    return llvm::count_if(Rest->successors(), [](auto *S) {
             return !S->isInlineAsmBrIndirectTarget();
           }) < 2;
  }
  unsigned CC = Jump->getOperand(*T.condOperand(*Jump)).getImm();
  // A conditional tail call jumps to no block.
  MachineBasicBlock *To =
      Jump->getOpcode() == T.JCC_1 ? Jump->getOperand(0).getMBB() : nullptr;
  BranchProbability Goes(1, 2);
  for (auto S = Rest->succ_begin(); To && S != Rest->succ_end(); ++S)
    if (*S == To)
      Goes = Rest->getSuccProbability(S);
  bool Likely = To && BranchProbability(1, 2) < Goes;
  MachineBasicBlock *Other = MF.CreateMachineBasicBlock(Rest->getBasicBlock());
  copyCode(*Rest, *Other);
  for (const auto &LI : Rest->liveins())
    Other->addLiveIn(LI);
  MachineBasicBlock *Taken = Likely ? Rest : Other;
  MachineBasicBlock *Passed = Likely ? Other : Rest;
  // What falls through must stay in front of its successor.
  MF.insert(Likely ? std::next(Rest->getIterator()) : MF.end(), Other);

  bool Bare = isBare(*Rest);
  MachineBasicBlock *Again = FromMemory ? decideAgain(MI, P, MBB) : nullptr;
  // Moves made by the allocator cannot be done twice: decided before them.
  MachineBasicBlock *Stub =
      FromMemory && Bare ? Again
                         : failStub(P.Check, Jump->getDebugLoc(), Register(),
                                    Register(), 0, P.Region);
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
      Passed->addSuccessor(S, S->isInlineAsmBrIndirectTarget()
                                  ? BranchProbability::getZero()
                                  : BranchProbability::getOne());
  Passed->addSuccessor(Stub, BranchProbability::getZero());

  MachineBasicBlock *First = Rest, *Next = Other;
  if (FromMemory) {
    MachineBasicBlock *T1 = programDecides(MI, P, *Taken, Bare, Again, invertCond(CC));
    MachineBasicBlock *P1 = programDecides(MI, P, *Passed, Bare, Again, CC);
    Next = Likely ? P1 : T1;
    First = Likely ? T1 : P1;
    if (First != Rest)
      MBB.replaceSuccessor(Rest, First);
    compareMemory(MBB, MI, MI, P, P.MemB, P.B, TII);
    MI.eraseFromParent();
  }
  unsigned Ahead = Likely ? invertCond(CC) : CC;
  BuildMI(MBB, MBB.end(), DL, TII.get(T.JCC_1))
      .addMBB(Next)
      .addImm(FromMemory ? Ahead : viewCond(FlagView(P.Aux), Ahead));
  BranchProbability Leaves = Likely ? Goes.getCompl() : Goes;
  MBB.setSuccProbability(llvm::find(MBB.successors(), First), Leaves.getCompl());
  MBB.addSuccessor(Next, Leaves);
  return true;
}
