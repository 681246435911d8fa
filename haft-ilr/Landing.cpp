//===- Landing.cpp - regions entered again --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CheckpointMaker.h"
#include "Regions.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineSSAUpdater.h"

using namespace llvm;
using namespace crit;

void Checkpoints::makeLandings() {
  for (Cut &K : Cuts) {
    MachineBasicBlock *L =
        MF.CreateMachineBasicBlock(K.Head->getBasicBlock());
    MF.push_back(L);
    L->setIsInlineAsmBrIndirectTarget();
    K.Landing = L;
    PseudoBuilder(*L, L->end(), DebugLoc()).place(PseudoKind::Landing, K.Id);
    if (K.Logs)
      PseudoBuilder(*L, L->end(), DebugLoc()).undo(Log);
    auto First = K.Head->begin();
    for (unsigned I : K.Live.set_bits()) {
      Register R = Register::index2VirtReg(I), M = masterOf(R);
      Register Again = MRI.cloneVirtualRegister(R);
      Register Merged = MRI.cloneVirtualRegister(R);
      bool Encodes = M != R && C.encodes(R) && !(isConstant(M) && isConstant(R));
      Register Plain = Encodes ? MRI.cloneVirtualRegister(M) : Again;
      if (isConstant(M)) {
        MachineInstr *D =
            MF.CloneMachineInstr(MRI.getVRegDef(isConstant(R) ? R : M));
        D->getOperand(0).setReg(Plain);
        L->push_back(D);
      } else {
        auto It = K.Other.find(M);
        load(*L, L->end(), Plain, It != K.Other.end() ? It->second : slotOf(M));
      }
      if (Encodes) {
        C.paired(M, Again);
        C.adopt(*L, L->end(), DebugLoc(), {Plain}, Again);
      }
      BuildMI(*K.Head, First, DebugLoc(), TII.get(TargetOpcode::PHI), Merged)
          .addReg(R)
          .addMBB(K.Before)
          .addReg(Again)
          .addMBB(L);
    }
    BuildMI(*L, L->end(), DebugLoc(), TII.get(T.JMP_1)).addMBB(K.Head);
    L->addSuccessor(K.Head, BranchProbability::getOne());
    // A trap in here starts over. Also keeps its end from being merged with
    // that of K.Before, which belongs to another region.
    L->addSuccessor(L, BranchProbability::getZero());
  }
}

void Checkpoints::repairSsa() {
  // Merged registers by what they stand for.
  MapVector<Register, SmallVector<std::pair<MachineBasicBlock *, Register>, 8>>
      Defs;
  for (Cut &K : Cuts) {
    auto Phi = K.Head->begin();
    for (unsigned I : K.Live.set_bits()) {
      Defs[Register::index2VirtReg(I)].push_back(
          {K.Head, Phi->getOperand(0).getReg()});
      ++Phi;
    }
  }
  MachineSSAUpdater Updater(MF);
  for (auto &[R, At] : Defs) {
    MachineBasicBlock *Home = MRI.getVRegDef(R)->getParent();
    DenseMap<MachineBasicBlock *, Register> Here;
    Updater.Initialize(R);
    Updater.AddAvailableValue(Home, R);
    Here[Home] = R;
    for (auto &[B, V] : At) {
      Updater.AddAvailableValue(B, V);
      Here[B] = V;
    }
    SmallVector<MachineOperand *, 16> Uses;
    for (MachineOperand &MO : MRI.use_operands(R))
      if (!MO.isDebug())
        Uses.push_back(&MO);
    for (MachineOperand *MO : Uses) {
      MachineInstr *MI = MO->getParent();
      MachineBasicBlock *B = MI->getParent();
      if (MI->isPHI())
        B = MI->getOperand(MO->getOperandNo() + 1).getMBB();
      auto It = Here.find(B);
      Register V =
          It != Here.end() ? It->second : Updater.GetValueAtEndOfBlock(B);
      if (V != R)
        MO->setReg(V);
    }
  }
}

/// Several regions may be current: a slot says which.
MachineBasicBlock *Checkpoints::makeDispatch(const BitVector &Ids) {
  int Slot = MF.getFrameInfo().CreateStackObject(4, Align(4), false);
  auto Memory = [&](const MachineInstrBuilder &B) {
    B.addFrameIndex(Slot).addImm(1).addReg(0).addImm(0).addReg(0);
    B.addMemOperand(MF.getMachineMemOperand(
        MachinePointerInfo::getFixedStack(MF, Slot),
        (B->mayStore() ? MachineMemOperand::MOStore
                       : MachineMemOperand::MOLoad) |
            MachineMemOperand::MOVolatile,
        4, Align(4)));
  };
  MachineBasicBlock *First = nullptr, *Last = nullptr;
  SmallVector<unsigned, 8> List(Ids.set_bits());
  for (unsigned N = 0; N != List.size(); ++N) {
    Cut &K = Cuts[List[N] - 1];
    auto At = K.Head->getFirstNonPHI();
    CheckPseudo::setWritesId(*At++); // the cut itself
    MachineInstrBuilder W =
        BuildMI(*K.Head, At, DebugLoc(), TII.get(T.opcode("MOV32mi")));
    Memory(W);
    W.addImm(K.Id);
    // Whether the number was written to where it belongs: this region begins,
    // whatever the slot says.
    if (checkStack(*K.Head, At) && CheckPseudo::parse(*std::prev(At))) {
      CheckPseudo::setRegion(*std::prev(At), K.Id);
      K.Head->addSuccessor(K.Landing, BranchProbability::getZero());
    }
    MachineBasicBlock *D = nullptr;
    if (N + 1 != List.size() || !First) {
      D = MF.CreateMachineBasicBlock();
      MF.push_back(D);
    }
    if (!First) {
      First = D;
      D->setIsInlineAsmBrIndirectTarget();
      PseudoBuilder(*D, D->end(), DebugLoc())
          .place(PseudoKind::Landing, DispatchRegion);
    }
    if (Last) { // what follows where no earlier one matched
      MachineBasicBlock *Next = D ? D : K.Landing;
      BuildMI(*Last, Last->end(), DebugLoc(), TII.get(T.JMP_1)).addMBB(Next);
      Last->addSuccessor(Next, BranchProbability(1, 2));
    }
    if (!D)
      break;
    MachineInstrBuilder X =
        BuildMI(*D, D->end(), DebugLoc(), TII.get(T.opcode("CMP32mi")));
    Memory(X);
    X.addImm(K.Id);
    BuildMI(*D, D->end(), DebugLoc(), TII.get(T.JCC_1))
        .addMBB(K.Landing)
        .addImm(CC_E);
    D->addSuccessor(K.Landing, BranchProbability(1, 2));
    Last = D;
  }
  return First;
}

void Checkpoints::assign() {
  BitVector Unclear(Cuts.size() + 1);
  struct Todo {
    MachineInstr *MI;
    unsigned Region;
  };
  std::vector<Todo> List;
  unsigned Dispatch = DispatchRegion;
  for (MachineBasicBlock &MBB : MF) {
    BitVector Now = RegionIn[&MBB];
    bool Steps = true; // where a trap may come from
    for (MachineInstr &MI : MBB) {
      auto IsCut = CheckPseudo::parse(MI);
      Steps |= IsCut || isIrrevocable(MI);
      if (Steps) {
        step(Now, MI);
        Steps = false;
        if (Now.count() > 1 && !Now.test(0))
          Unclear |= Now;
      }
      auto P = CheckPseudo::parse(MI);
      if (!P || P->isPlace())
        continue;
      unsigned Region = 0;
      if (P->Region == StopRegion)
        Region = 0;
      else if (Now.count() == 1)
        Region = Now.find_first();
      else if (Now.any() && !Now.test(0)) {
        Region = Dispatch;
        Unclear |= Now;
      }
      ++(Region ? Stats.Recoverable : Stats.StopOnly);
      List.push_back({&MI, Region});
    }
  }
  MachineBasicBlock *D = Unclear.any() ? makeDispatch(Unclear) : nullptr;
  for (auto &[MI, Region] : List) {
    CheckPseudo::setRegion(*MI, Region);
    if (!Region)
      continue;
    MachineBasicBlock *To =
        Region == Dispatch ? D : Cuts[Region - 1].Landing;
    if (!MI->getParent()->isSuccessor(To))
      MI->getParent()->addSuccessor(To, BranchProbability::getZero());
  }
}
