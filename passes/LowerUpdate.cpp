//===- LowerUpdate.cpp - a constant added to memory -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The half of LowerChecks that makes code of Update. As load, sum and store of
// their own an update takes four comparisons and loads; as one piece that nothing
// is scheduled into, two comparisons with memory do:
//
//     ADD64mi [A], c            1: MOV v, [A]
//                                  LEA v', [v + c]
//                                  CMP [A'], v            JNE 2
//                                  ADD v, c
//                                  MOV [A], v
//                                  CMP [A'], v'           JNE 3
//                               ...
//                               2: fail if A != A'; JMP 1
//                               3: fail if A != A'; fail if v != v'
//
// The first comparison is behind the only use of v that the second copy makes: a
// hit before it is seen by it, a hit behind it by the last one. In between another
// thread may write (2: then all of it is done again) or behind the store (3: both
// agree, go on). A wrong A is seen since c is not 0: what is at A' was compared
// with v before, so it is not v + c unless it was written.
//===----------------------------------------------------------------------===//
#include "LowerChecks.h"
#include "X86Table.h"
#include "llvm/CodeGen/TargetInstrInfo.h"

using namespace llvm;
using namespace crit;

void LowerChecks::update(MachineInstr &MI, const CheckPseudo &P) {
  MachineBasicBlock &MBB = *MI.getParent();
  const DebugLoc DL = MI.getDebugLoc();
  Register V[2] = {MI.getOperand(P.B).getReg(), MI.getOperand(P.A).getReg()};
  const unsigned Subs[] = {T.SubLow8, T.SubLow16, T.SubLow32, 0};
  auto Part = [&](Register R, unsigned Log2Width) -> Register {
    return Log2Width == 3 ? R : Register(TRI.getSubReg(R, Subs[Log2Width]));
  };
  unsigned Calc = std::max(P.Aux, 2u);
  const char *const Loads[] = {"MOVZX32rm8", "MOVZX32rm16", "MOV32rm", "MOV64rm"};
  const char *const Stores[] = {"MOV8mr", "MOV16mr", "MOV32mr", "MOV64mr"};
  const unsigned Cmps[] = {T.CMP8mr, T.CMP16mr, T.CMP32mr, T.CMP64mr};
  auto Build = [&](unsigned Opc) { return BuildMI(MBB, MI, DL, TII.get(Opc)); };
  auto Address = [&](MachineInstrBuilder B, unsigned Mem) {
    for (unsigned I = 0; I != 5; ++I) {
      MachineOperand MO = MI.getOperand(Mem + I);
      if (MO.isReg())
        MO.setIsKill(false);
      B.add(MO);
    }
    for (MachineMemOperand *MMO : MI.memoperands())
      if (MMO->isStore() == B->mayStore())
        B.addMemOperand(MMO);
    return B;
  };
  auto Compare = [&](Register With) {
    Address(Build(Cmps[P.Aux]), P.MemB).addReg(Part(With, P.Aux));
    return Build(T.JCC_1).addMBB(&MBB).addImm(CC_NE).getInstr();
  };

  MachineInstrBuilder Begin = Build(T.opcode(Loads[P.Aux]))
                                  .addReg(Part(V[0], Calc), RegState::Define);
  Address(Begin, P.MemA);
  if (Calc != 3)
    Begin.addReg(V[0], RegState::ImplicitDefine); // the rest becomes 0
  Build(T.opcode(Calc == 3 ? "LEA64r" : "LEA64_32r"))
      .addReg(Part(V[1], Calc), RegState::Define)
      .addReg(V[0])
      .addImm(1)
      .addReg(0)
      .addImm(P.Imm)
      .addReg(0);
  // Where addresses are not compared, a wrong one would be tried for ever.
  bool Verifies = !(dropped() & (1u << CRIT_CHECK_LoadValue |
                               1u << CRIT_CHECK_LoadAddress));
  MachineInstr *Again = Verifies ? Compare(V[0]) : nullptr;
  Build(T.opcode(Calc == 3 ? "ADD64ri32" : "ADD32ri"))
      .addReg(Part(V[0], Calc), RegState::Define)
      .addReg(Part(V[0], Calc))
      .addImm(P.Imm);
  Address(Build(T.opcode(Stores[P.Aux])), P.MemA).addReg(Part(V[0], P.Aux));
  MachineInstr *Wrong = Compare(V[1]);

  // Keep MI until the stubs have read its operands.
  MachineBasicBlock *Rest = cutAfter(MI);
  MachineBasicBlock *Stub =
      storeStub(MI, P, Part(V[1], P.Aux), Part(V[0], P.Aux), Rest);
  Wrong->getOperand(0).setMBB(Stub);
  MBB.addSuccessor(Stub, BranchProbability::getZero());
  SmallVector<MachineBasicBlock *, 6> Retry;
  if (Again)
    Retry = compareAddresses(MI, P, CRIT_CHECK_LoadAddress, P.Region);
  MI.eraseFromParent();
  if (!Again)
    return;
  MachineBasicBlock *Head = &MBB;
  if (Begin != &MBB.front())
    Head = cutAfter(*std::prev(Begin->getIterator()));
  BuildMI(*Retry.back(), Retry.back()->end(), DL, TII.get(T.JMP_1)).addMBB(Head);
  Retry.back()->addSuccessor(Head);
  for (MachineBasicBlock *B : reverse(Retry))
    liveIns(*B);
  Again->getOperand(0).setMBB(Retry.front());
  cutAfter(*Again);
  Head->addSuccessor(Retry.front(), BranchProbability::getZero());
}
