//===- Checkpoint.cpp - values saved, regions entered again ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CheckpointMaker.h"
#include "Regions.h"
#include "X86Table.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace crit;

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

MachineBasicBlock *Checkpoints::splitBefore(MachineBasicBlock::iterator I) {
  MachineBasicBlock &MBB = *I->getParent();
  MachineBasicBlock *New = MF.CreateMachineBasicBlock(MBB.getBasicBlock());
  MF.insert(std::next(MBB.getIterator()), New);
  New->splice(New->end(), &MBB, I, MBB.end());
  New->transferSuccessorsAndUpdatePHIs(&MBB);
  MBB.addSuccessor(New, BranchProbability::getOne());
  auto Calls = [](const MachineBasicBlock &B) {
    return llvm::any_of(B, [](const MachineInstr &MI) { return MI.isCall(); });
  };
  if (!Calls(MBB) || Calls(*New))
    return New;
  SmallVector<MachineBasicBlock *, 2> Pads;
  for (MachineBasicBlock *S : New->successors())
    if (S->isEHPad())
      Pads.push_back(S);
  for (MachineBasicBlock *S : Pads) {
    New->removeSuccessor(S, /*NormalizeSuccProbs=*/true);
    MBB.addSuccessor(S, BranchProbability::getZero());
    S->replacePhiUsesWith(New, &MBB);
  }
  return New;
}

void Checkpoints::split() {
  SmallVector<MachineInstr *, 32> Found;
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : MBB)
      if (auto P = CheckPseudo::parse(MI); P && P->Kind == PseudoKind::Cut)
        Found.push_back(&MI);
  for (MachineInstr *MI : Found) {
    Cut K;
    K.Id = Cuts.size() + 1;
    CheckPseudo::setRegion(*MI, K.Id);
    K.Before = MI->getParent();
    K.Head = splitBefore(MI->getIterator());
    for (MachineInstr &I : *K.Before)
      if (auto P = CheckPseudo::parse(I); P && P->Kind == PseudoKind::Save)
        K.SaveAt = &I;
    Cuts.push_back(std::move(K));
  }
}

void Checkpoints::findMasters() {
  for (unsigned I = 0, E = MRI.getNumVirtRegs(); I != E; ++I) {
    Register R = Register::index2VirtReg(I);
    if (Register S = Shadow(R); S != R)
      Masters[S] = R;
  }
}

/// Registers that are read behind each block's begin on some way that enters none of Ends.
void Checkpoints::computeLiveness(
    DenseMap<const MachineBasicBlock *, BitVector> &LiveIn,
    const SmallPtrSetImpl<const MachineBasicBlock *> &Ends) {
  unsigned N = MRI.getNumVirtRegs();
  DenseMap<const MachineBasicBlock *, BitVector> Uses, Defs, Out;
  for (MachineBasicBlock &MBB : MF) {
    BitVector &U = Uses[&MBB], &D = Defs[&MBB];
    U.resize(N);
    D.resize(N);
    Out[&MBB].resize(N);
    LiveIn[&MBB].resize(N);
  }
  for (MachineBasicBlock &MBB : MF) {
    BitVector &U = Uses[&MBB], &D = Defs[&MBB];
    for (MachineInstr &MI : MBB) {
      if (MI.isDebugInstr())
        continue;
      if (MI.isPHI()) {
        for (unsigned I = 1; I != MI.getNumOperands(); I += 2)
          if (!MI.getOperand(I).isUndef())
            Out[MI.getOperand(I + 1).getMBB()].set(
                MI.getOperand(I).getReg().virtRegIndex());
      } else {
        for (const MachineOperand &MO : MI.all_uses())
          if (MO.getReg().isVirtual() && !MO.isUndef() &&
              !D.test(MO.getReg().virtRegIndex()))
            U.set(MO.getReg().virtRegIndex());
      }
      for (const MachineOperand &MO : MI.all_defs())
        if (MO.getReg().isVirtual())
          D.set(MO.getReg().virtRegIndex());
    }
  }
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (MachineBasicBlock *MBB : post_order(&MF)) {
      BitVector L = Out[MBB];
      for (MachineBasicBlock *S : MBB->successors())
        if (!Ends.contains(S))
          L |= LiveIn[S];
      L.reset(Defs[MBB]);
      L |= Uses[MBB];
      if (L != LiveIn[MBB]) {
        LiveIn[MBB] = L;
        Changed = true;
      }
    }
  }
}

void Checkpoints::step(BitVector &Now, const MachineInstr &MI) const {
  auto P = CheckPseudo::parse(MI);
  if (P && P->Kind == PseudoKind::Cut) {
    Now.reset();
    Now.set(P->Region);
  } else if (!P && isIrrevocable(MI)) {
    Now.reset();
    Now.set(0);
  }
}

void Checkpoints::computeRegions() {
  RegionIn.clear();
  for (MachineBasicBlock &MBB : MF)
    RegionIn[&MBB].resize(Cuts.size() + 1);
  RegionIn[&MF.front()].set(0);
  ReversePostOrderTraversal<MachineFunction *> Order(&MF);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (MachineBasicBlock *MBB : Order) {
      BitVector Now = RegionIn[MBB];
      for (const MachineInstr &MI : *MBB)
        step(Now, MI);
      for (MachineBasicBlock *S : MBB->successors()) {
        BitVector Old = RegionIn[S];
        // A pad is reached from within the call.
        if (S->isEHPad())
          RegionIn[S].set(0);
        else
          RegionIn[S] |= Now;
        Changed |= Old != RegionIn[S];
      }
    }
  }
}

//===----------------------------------------------------------------------===//
// What is saved
//===----------------------------------------------------------------------===//

/// Made again instead of saved: constants and addresses of fixed places.
bool Checkpoints::isConstant(Register R) const {
  const MachineInstr *D = MRI.getVRegDef(R);
  if (!D || D->isPHI() || D->isInlineAsm() || D->isCall() || D->mayStore() ||
      D->getNumExplicitDefs() != 1 ||
      (D->mayLoad() && !D->isDereferenceableInvariantLoad()) ||
      D->hasUnmodeledSideEffects())
    return false;
  for (const MachineOperand &MO : D->operands()) {
    if (!MO.isReg() || !MO.getReg())
      continue;
    if (MO.isDef() && MO.getReg().isPhysical() && MO.getReg() != T.EFLAGS)
      return false;
    if (MO.isUse() && (MO.getReg().isVirtual() ||
                       (StringRef(TRI.getName(MO.getReg())) != "RIP" &&
                        StringRef(TRI.getName(MO.getReg())) != "MXCSR")))
      return false;
  }
  return D->isImplicitDef() || D->isMoveImmediate() || D->isAsCheapAsAMove() ||
         D->mayLoad() || T.name(*D).starts_with("LEA64r");
}

int Checkpoints::newSlot(Register Master) {
  const TargetRegisterClass *RC = MRI.getRegClass(Master);
  unsigned Size = TRI.getSpillSize(*RC);
  if (Size <= 8)
    return MF.getFrameInfo().CreateStackObject(SlotBytes, Align(8), false);
  return MF.getFrameInfo().CreateStackObject(Size, TRI.getSpillAlign(*RC), false);
}

int Checkpoints::slotOf(Register Master) {
  auto [It, New] = Slots.try_emplace(Master, 0);
  if (New)
    It->second = newSlot(Master);
  return It->second;
}

void Checkpoints::chooseSaves() {
  unsigned N = MRI.getNumVirtRegs();
  DenseMap<const MachineBasicBlock *, unsigned> CutAt;
  for (Cut &K : Cuts) {
    CutAt[K.Head] = K.Id;
    K.Live = LiveIn[K.Head];
  }
  // Values whose slot holds what they are, at the end of each block.
  DenseMap<const MachineBasicBlock *, BitVector> Out;
  for (MachineBasicBlock &MBB : MF)
    Out[&MBB].resize(N, true);
  auto In = [&](const MachineBasicBlock &MBB) {
    BitVector B(N, !MBB.pred_empty());
    for (const MachineBasicBlock *P : MBB.predecessors())
      B &= Out[P];
    return B;
  };
  ReversePostOrderTraversal<MachineFunction *> Order(&MF);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (MachineBasicBlock *MBB : Order) {
      BitVector B = In(*MBB);
      if (unsigned Id = CutAt.lookup(MBB))
        for (unsigned R : Cuts[Id - 1].Live.set_bits())
          B.set(masterOf(Register::index2VirtReg(R)).virtRegIndex());
      for (const MachineInstr &MI : *MBB)
        for (const MachineOperand &MO : MI.all_defs())
          if (MO.getReg().isVirtual())
            B.reset(MO.getReg().virtRegIndex());
      if (B != Out[MBB]) {
        Out[MBB] = B;
        Changed = true;
      }
    }
  }
  for (Cut &K : Cuts) {
    BitVector Saved = In(*K.Head);
    for (unsigned I : K.Live.set_bits()) {
      Register M = masterOf(Register::index2VirtReg(I));
      if (Saved.test(M.virtRegIndex()) || isConstant(M))
        continue;
      Saved.set(M.virtRegIndex());
      K.Save.push_back(M);
    }
  }
}

/// A slot that the current region needs is not written before the next region
/// has begun: what is written might be wrong. Such values go to another slot
/// first, and to their own behind a second cut.
void Checkpoints::makeTwins() {
  size_t Original = Cuts.size();
  for (auto &[MBB, B] : RegionIn)
    B.resize(2 * Original + 1);
  for (size_t I = 0; I != Original; ++I) {
    BitVector Now = RegionIn[Cuts[I].Before];
    for (const MachineInstr &MI : *Cuts[I].Before) {
      if (&MI == Cuts[I].SaveAt)
        break;
      step(Now, MI);
    }
    SmallVector<Register, 8> Twice;
    for (Register M : Cuts[I].Save) {
      bool Needed = false;
      for (unsigned Id : Now.set_bits()) {
        if (!Id)
          continue;
        const BitVector &L = Cuts[Id - 1].Live;
        Register S = shadowOf(M);
        Needed |= L.test(M.virtRegIndex()) || (S && L.test(S.virtRegIndex()));
      }
      if (Needed)
        Twice.push_back(M);
    }
    if (Twice.empty())
      continue;
    for (Register M : Twice)
      Cuts[I].Other[M] = newSlot(M);
    Cut K;
    K.Id = Cuts.size() + 1;
    K.Before = Cuts[I].Head;
    K.Live = Cuts[I].Live;
    K.Save = Twice;
    K.Logs = Cuts[I].Logs;
    auto At = std::next(Cuts[I].Head->begin());
    MachineInstr *Mark = PseudoBuilder(*K.Before, At, DebugLoc())
                             .place(PseudoKind::Cut, K.Id);
    K.Head = splitBefore(Mark->getIterator());
    for (Cut &Later : Cuts)
      if (Later.Before == K.Before && Later.Head != K.Before)
        Later.Before = K.Head;
    RegionIn[K.Head].resize(2 * Original + 1);
    Cuts.push_back(std::move(K));
  }
}

/// MI accesses the slot of R, which may be larger.
void Checkpoints::finishAccess(MachineInstr &MI, Register R, int Slot) {
  unsigned Size = TRI.getSpillSize(*MRI.getRegClass(R));
  int64_t Word = slotWord(MF, Slot);
  MI.getOperand(T.memoryOperand(MI) + 3).setImm(Word);
  SmallVector<MachineMemOperand *, 1> Ops;
  for (MachineMemOperand *MMO : MI.memoperands())
    Ops.push_back(MF.getMachineMemOperand(
        MMO->getPointerInfo().getWithOffset(Word),
        MMO->getFlags() | MachineMemOperand::MOVolatile,
        LocationSize::precise(Size), MMO->getBaseAlign()));
  MI.setMemRefs(MF, Ops);
}

MachineInstr *Checkpoints::store(MachineBasicBlock &MBB,
                                 MachineBasicBlock::iterator At, Register R,
                                 int Slot) {
  TII.storeRegToStackSlot(MBB, At, R, false, Slot, MRI.getRegClass(R),
                          Register());
  finishAccess(*std::prev(At), R, Slot);
  return &*std::prev(At);
}

void Checkpoints::load(MachineBasicBlock &MBB, MachineBasicBlock::iterator At,
                       Register R, int Slot) {
  TII.loadRegFromStackSlot(MBB, At, R, Slot, MRI.getRegClass(R), Register());
  finishAccess(*std::prev(At), R, Slot);
}

/// AVX512-FP16 stores 16 bits of a register whose class has 32; the others mean
/// nothing, but checks elsewhere compare them.
bool Checkpoints::isStoredAsHalf(Register R) {
  return T.regClass("FR16X")->hasSubClassEq(MRI.getRegClass(R)) &&
         MF.getSubtarget().checkFeatures("+avx512fp16");
}

/// The move that made the second copy S of Master, and the copies between classes
/// around it (IdentityCodec::adopt); nothing if S is another thing.
SmallVector<MachineInstr *, 3> Checkpoints::adoption(Register S, Register Master) {
  SmallVector<MachineInstr *, 3> Chain;
  bool Moved = false;
  for (Register R = S; R != Master;) {
    MachineInstr *MI = R.isVirtual() ? MRI.getVRegDef(R) : nullptr;
    bool Move = MI && MI->getFlag(MachineInstr::NoMerge);
    if (!MI || !(Move || MI->isCopy()) || (Move && Moved) || Chain.size() == 3 ||
        (R != S && !MRI.hasOneNonDBGUse(R)) ||
        MI->getNumExplicitOperands() != 2 || !MI->getOperand(1).isReg())
      return {};
    Chain.push_back(MI);
    Moved |= Move;
    R = MI->getOperand(1).getReg();
  }
  if (!Moved)
    Chain.clear();
  return Chain;
}

/// A value that came in one register anyway gets its second copy from the slot:
/// no comparison could tell more. Twin: it is saved again behind the cut.
bool Checkpoints::adoptFromSlot(Cut &K, Register Master, int Slot, bool Twin) {
  MachineBasicBlock &MBB = *K.Before;
  Register S = shadowOf(Master);
  if (!S || C.encodes(S))
    return false;
  MachineInstr *D = MRI.getVRegDef(Master);
  SmallVector<MachineInstr *, 3> Chain = adoption(S, Master);
  if (Chain.empty() || D->getParent() != &MBB || D->isPHI() || isStoredAsHalf(Master))
    return false;
  for (MachineInstr *MI : Chain)
    if (MI->getParent() != &MBB)
      return false;
  MachineInstr *A = Chain.front();
  store(MBB, std::next(D->getIterator()), Master, Slot);
  bool Used = llvm::any_of(MRI.use_nodbg_instructions(S), [&](auto &MI) {
    return MI.getParent() == &MBB && !MI.isPHI();
  });
  // Of arguments behind the cut, if it may: until the stack pointer is compared there
  // then are only stores, which can be made again. (Of results, too: 6 % more
  // instructions in sort.)
  if (Used || Twin || &MBB != &MF.front() || !K.Live.test(S.virtRegIndex())) {
    load(MBB, A->getIterator(), S, Slot);
  } else {
    load(*K.Head, std::next(K.Head->begin()), S, Slot);
    K.Live.reset(S.virtRegIndex());
  }
  for (MachineInstr *MI : Chain)
    MI->eraseFromParent();
  return true;
}

void Checkpoints::save(Cut &K, Register M, MachineBasicBlock &MBB,
                       MachineBasicBlock::iterator At, int Slot) {
  ++Stats.Saves;
  DebugLoc DL;
  store(MBB, At, M, Slot);
  Register S = shadowOf(M);
  if (!S)
    return;
  const TargetRegisterClass *RC = MRI.getRegClass(M);
  unsigned Bits = TRI.getRegSizeInBits(*RC);
  if (T.kind(RC) == RegKind::Gpr && Bits >= 32) {
    C.checkSlot(MBB, At, DL, CRIT_CHECK_Checkpoint, S, Slot,
                Log2_32(Bits / 8));
    return;
  }
  if (Register G = T.kind(RC) == RegKind::FpScalar
                       ? C.pattern(MBB, At, DL, {S})
                       : Register()) {
    unsigned Log2Width = Log2_32(Bits / 8);
    if (isStoredAsHalf(M)) {
      Register H = MRI.createVirtualRegister(T.regClass("GR16"));
      BuildMI(MBB, At, DL, TII.get(TargetOpcode::COPY), H)
          .addReg(G, {}, T.SubLow16);
      G = H;
      Log2Width = 1;
    }
    C.checkPlainSlot(MBB, At, DL, CRIT_CHECK_Checkpoint, G, Slot, Log2Width);
    return;
  }
  Register L = MRI.cloneVirtualRegister(M);
  load(MBB, At, L, Slot);
  C.check(MBB, At, DL, CRIT_CHECK_Checkpoint, {L}, {S});
}

/// The stack pointer has no second copy, but a slot that only the right one
/// leads to. Its store also keeps the prologue in the entry: shrink wrapping
/// takes blocks with landings for ends of the frame.
/// It is wiped where the function returns: no word below the stack looks like
/// a frame.
void Checkpoints::markStack() {
  Mark = MF.getFrameInfo().CreateStackObject(SlotBytes, Align(8), false);
  auto Write = [&](MachineBasicBlock &MBB, MachineBasicBlock::iterator At,
                   StringRef Opcode) {
    MachineInstrBuilder W =
        BuildMI(MBB, At, DebugLoc(), TII.get(T.opcode(Opcode)));
    W.addFrameIndex(Mark).addImm(1).addReg(0).addImm(SlotWord).addReg(0);
    W.addMemOperand(MF.getMachineMemOperand(
        MachinePointerInfo::getFixedStack(MF, Mark, SlotWord),
        MachineMemOperand::MOStore | MachineMemOperand::MOVolatile, 8,
        Align(8)));
    return W;
  };
  Write(MF.front(), MF.front().begin(), "MOV64mr").addReg(T.RSP);
  for (MachineBasicBlock &MBB : MF)
    if (MBB.isReturnBlock()) {
      // What leaves the last region: a wrong one would return elsewhere.
      checkStack(MBB, MBB.getFirstTerminator());
      Write(MBB, MBB.getFirstTerminator(), "MOV64mi32").addImm(0);
    }
}

/// Behind what a cut wrote: so what it needs is where it must be.
bool Checkpoints::checkStack(MachineBasicBlock &MBB,
                             MachineBasicBlock::iterator At) {
  const MachineFrameInfo &MFI = MF.getFrameInfo();
  if (MFI.hasVarSizedObjects() || MFI.hasOpaqueSPAdjustment())
    return false;
  C.checkPlainSlot(MBB, At, DebugLoc(), CRIT_CHECK_Checkpoint, T.RSP, Mark, 3);
  return true;
}

void Checkpoints::emitSaves() {
  for (Cut &K : Cuts) {
    bool Early = false, Late = false;
    for (Register M : K.Save) {
      auto It = K.Other.find(M);
      int Slot = It != K.Other.end() ? It->second : slotOf(M);
      MachineBasicBlock &B = *K.Before;
      if (adoptFromSlot(K, M, Slot, It != K.Other.end())) {
        ++Stats.Saves;
        Late = true;
        continue;
      }
      auto At = B.getFirstTerminator();
      // Before the call, if it is there by then.
      if (K.SaveAt) {
        bool Behind = false;
        for (auto I = K.SaveAt->getIterator(); I != B.end(); ++I)
          Behind |= I->definesRegister(M, nullptr) ||
                    (shadowOf(M) && I->definesRegister(shadowOf(M), nullptr));
        if (!Behind)
          At = K.SaveAt->getIterator();
      }
      (At == B.getFirstTerminator() ? Late : Early) = true;
      save(K, M, B, At, Slot);
    }
    if (Early)
      checkStack(*K.Before, K.SaveAt->getIterator());
    if (Late)
      checkStack(*K.Before, K.Before->getFirstTerminator());
    if (K.Commits) {
      emptyLog(*K.Before, K.Before->getFirstTerminator());
      // Whether it was emptied where it is; the slots are right anyway.
      checkStack(*K.Head, std::next(K.Head->begin()));
    }
  }
  if (Log.Capacity)
    emptyLog(MF.front(), std::next(MF.front().getFirstNonPHI())); // behind the mark
}

CheckpointStats Checkpoints::run() {
  splitLoops();
  split();
  makeLog();
  findMasters();
  computeLiveness(LiveIn, SmallPtrSet<const MachineBasicBlock *, 1>());
  C.mirrored();
  computeRegions();
  chooseSaves();
  makeTwins();
  markStack();
  emitSaves();
  decideSlotValues();
  makeLandings();
  repairSsa();
  computeRegions();
  assign();
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : make_early_inc_range(MBB))
      if (auto P = CheckPseudo::parse(MI); P && P->Kind == PseudoKind::Save)
        MI.eraseFromParent();
  // A landing nobody needs keeps its values alive for nothing.
  for (Cut &K : Cuts) {
    if (K.Head->isSuccessor(K.Landing)) {
      ++Stats.Regions;
      continue;
    }
    for (MachineInstr &Phi : make_early_inc_range(K.Head->phis())) {
      for (unsigned I = 1; I < Phi.getNumOperands(); I += 2)
        if (Phi.getOperand(I + 1).getMBB() == K.Landing) {
          Phi.removeOperand(I + 1);
          Phi.removeOperand(I);
          break;
        }
    }
    K.Landing->removeSuccessor(K.Head);
    K.Landing->removeSuccessor(K.Landing);
    K.Landing->eraseFromParent();
  }
  return Stats;
}

const Recovery &crit::softwareRecovery() {
  static const Recovery R = {
      placeCuts, [](MachineFunction &MF, Codec &C, ShadowLookup Shadow) {
        makeCheckpoints(MF, C, Shadow);
      }};
  return R;
}

CheckpointStats crit::makeCheckpoints(MachineFunction &MF, Codec &C,
                                      ShadowLookup Shadow) {
  return Checkpoints(MF, C, Shadow).run();
}
