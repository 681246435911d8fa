//===- Landing.cpp - regions entered again --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CheckpointMaker.h"
#include "Regions.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineSSAUpdater.h"

using namespace llvm;
using namespace crit;

/// Behind the cut and what belongs to it: where the constants of the region are
/// made. No register is carried for them from region to region.
static MachineBasicBlock::iterator behindCut(MachineBasicBlock &Head) {
  auto I = std::next(Head.getFirstNonPHI());
  while (I != Head.end()) {
    auto P = CheckPseudo::parse(*I);
    if (!P || P->isPlace() || !P->A || I->getOperand(P->A).getReg().isVirtual())
      break;
    ++I;
  }
  return I;
}

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
    auto Behind = behindCut(*K.Head);
    bool Takes = false;
    if (InSlots)
      CheckPseudo::setKeepsSlots(L->front());
    for (unsigned I : K.Live.set_bits()) {
      Register R = Register::index2VirtReg(I), M = masterOf(R);
      if (!isCarried(K, R)) {
        K.Merged.push_back(takeFromSlot(K, R, Behind));
        Takes |= bool(K.Merged.back());
        continue;
      }
      Register Merged = MRI.cloneVirtualRegister(R);
      K.Merged.push_back(Merged);
      bool Encodes = M != R && C.encodes(R) && !(isConstant(M) && isConstant(R));
      auto Encode = [&](MachineBasicBlock &B, MachineBasicBlock::iterator At,
                        Register Plain, Register To) {
        C.paired(M, To);
        C.adopt(B, At, DebugLoc(), {Plain}, To);
      };
      if (isConstant(M)) {
        MachineInstr *D =
            MF.CloneMachineInstr(MRI.getVRegDef(isConstant(R) ? R : M));
        Register Plain = Encodes ? MRI.cloneVirtualRegister(M) : Merged;
        D->getOperand(0).setReg(Plain);
        K.Head->insert(Behind, D);
        if (Encodes)
          Encode(*K.Head, Behind, Plain, Merged);
        continue;
      }
      auto It = K.Other.find(M);
      Register Again = MRI.cloneVirtualRegister(R);
      Register Plain = Encodes ? MRI.cloneVirtualRegister(M) : Again;
      load(*L, L->end(), Plain, It != K.Other.end() ? It->second : slotOf(M));
      if (Encodes)
        Encode(*L, L->end(), Plain, Again);
      BuildMI(*K.Head, First, DebugLoc(), TII.get(TargetOpcode::PHI), Merged)
          .addReg(R)
          .addMBB(K.Before)
          .addReg(Again)
          .addMBB(L);
    }
    // Both copies through it.
    if (Takes)
      checkStack(*K.Head, Behind);
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
    for (auto [I, Merged] : zip_equal(K.Live.set_bits(), K.Merged))
      if (Merged)
        Defs[Register::index2VirtReg(I)].push_back({K.Head, Merged});
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
  // Constants that no region uses.
  auto Drop = [&](Register R) {
    if (!R || !MRI.use_nodbg_empty(R) || !isConstant(R))
      return;
    MRI.markUsesInDebugValueAsUndef(R);
    MRI.getVRegDef(R)->eraseFromParent();
  };
  for (Cut &K : Cuts)
    for (auto [I, Merged] : zip_equal(K.Live.set_bits(), K.Merged)) {
      Drop(Merged);
      Drop(Register::index2VirtReg(I));
    }
}

/// Several regions may be current: a slot says which.
void Checkpoints::makeDispatch(const BitVector &Ids) {
  int Slot = MF.getFrameInfo().CreateStackObject(NumberBytes, Align(8), false);
  SmallVector<unsigned, 8> List(Ids.set_bits());
  for (unsigned Id : List) {
    Cut &K = Cuts[Id - 1];
    auto At = K.Head->getFirstNonPHI();
    CheckPseudo::setWritesId(*At++); // the cut itself
    BuildMI(*K.Head, At, DebugLoc(), TII.get(T.opcode("MOV32mi")))
        .addFrameIndex(Slot)
        .addImm(1)
        .addReg(0)
        .addImm(SlotWord)
        .addReg(0)
        .addImm(K.Id)
        .addMemOperand(MF.getMachineMemOperand(
            MachinePointerInfo::getFixedStack(MF, Slot, SlotWord),
            MachineMemOperand::MOStore | MachineMemOperand::MOVolatile, 4,
            Align(4)));
    // Whether the number was written to where it belongs: this region begins,
    // whatever the slot says.
    if (checkStack(*K.Head, At) && CheckPseudo::parse(*std::prev(At)))
      CheckPseudo::setRegion(*std::prev(At), K.Id);
  }
  MachineBasicBlock *D = MF.CreateMachineBasicBlock();
  MF.push_back(D);
  D->setIsInlineAsmBrIndirectTarget();
  PseudoBuilder(*D, D->end(), DebugLoc())
      .place(PseudoKind::Landing, DispatchRegion);
  PseudoBuilder(*D, D->end(), DebugLoc()).dispatch(Slot, List);
  MF.front().addSuccessor(D, BranchProbability::getZero());
}

/// Every check gets its region. None has an edge to the landing, since nothing is
/// live there: with them, loops would have entries in their middle, and whatever
/// asks how often a block runs would be lost.
void Checkpoints::assign() {
  BitVector Unclear(Cuts.size() + 1), Used(Cuts.size() + 1);
  struct Todo {
    MachineInstr *MI;
    unsigned Region;
  };
  std::vector<Todo> List;
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
        Region = DispatchRegion;
        Unclear |= Now;
      }
      if (Region && Region != DispatchRegion)
        Used.set(Region);
      ++(Region ? Stats.Recoverable : Stats.StopOnly);
      List.push_back({&MI, Region});
    }
  }
  Used |= Unclear;
  if (Unclear.any())
    makeDispatch(Unclear);
  for (auto &[MI, Region] : List)
    CheckPseudo::setRegion(*MI, Region);
  for (Cut &K : Cuts)
    if (Used.test(K.Id))
      K.Head->addSuccessor(K.Landing, BranchProbability::getZero());
}

/// No edge says that a check leads to a landing, and what is in registers there: so
/// nothing stays in one around it. (What hoists constants out of loops put the
/// beginning of the undo log before the cut.) Only those that the
/// function uses anyway: it would have to save others.
void crit::clobberAtLandings(MachineFunction &MF) {
  const X86Table &T = X86Table::get(MF);
  const MachineRegisterInfo &MRI = MF.getRegInfo();
  SmallVector<MCRegister, 32> Used;
  bool Known = false;
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : MBB) {
      auto P = CheckPseudo::parse(MI);
      if (!P || P->Kind != PseudoKind::Landing)
        continue;
      if (!Known)
        for (StringRef Class : {"GR64", "VR128X", "VK64"})
          for (MCRegister R : *T.regClass(Class))
            if (!MRI.isReserved(R) && MRI.isPhysRegModified(R))
              Used.push_back(R);
      Known = true;
      for (MCRegister R : Used)
        MI.addOperand(MF, MachineOperand::CreateReg(
                              R, /*isDef=*/true, /*isImp=*/true,
                              /*isKill=*/false, /*isDead=*/true));
    }
}
