//===- ShadowStream.cpp - the engine that runs a function twice -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ShadowStream.h"
#include "Branches.h"
#include "Cheapen.h"
#include "Flags.h"
#include "SeparateStreams.h"
#include "Undef.h"
#include "Unfold.h"
#include "Unprotected.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineDominators.h"
#include "llvm/CodeGen/MachineLoopInfo.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

ShadowStream::ShadowStream(MachineFunction &MF, Codec &C,
                           const StreamOptions &O)
    : MF(MF), C(C), Opts(O), T(X86Table::get(MF)), MRI(MF.getRegInfo()),
      TRI(*MF.getSubtarget().getRegisterInfo()), Facts(MF),
      Plan(MF, O.DroppedChecks) {
  TrackedUnits.resize(TRI.getNumRegUnits());
  BitVector Allocatable = TRI.getAllocatableSet(MF);
  for (unsigned R : Allocatable.set_bits())
    for (MCRegUnit U : TRI.regunits(R))
      TrackedUnits.set(static_cast<unsigned>(U));
}

StreamStats ShadowStream::run() {
  {
    MachineDominatorTree MDT(MF);
    Facts.findBulkLoads(MachineLoopInfo(MDT));
  }
  cheapenProducts(MF);
  defineUndefinedBits(MF);
  unfoldMemory(MF, Facts, Opts.Loads, C.unfoldsAll(), C.unfoldsSlots(),
               Opts.Pieces);
  tightenFlags(MF);
  Repairs = Opts.BeforeMirror && Opts.BeforeMirror();
  MachineDominatorTree MDT(MF); // cuts make blocks
  MachineLoopInfo MLI(MDT);
  // Checks use values behind their last use; LiveVariables marks kills anew.
  for (unsigned I = 0, E = MRI.getNumVirtRegs(); I != E; ++I)
    MRI.clearKillFlags(Register::index2VirtReg(I));
  findUnshadowed();
  for (MachineBasicBlock &MBB : MF)
    mirrorBlock(MBB);
  mirrorPhis();
  auto Shadow = [&](Register R) { return shadowOf(R); };
  redecideBranches(MF, MDT, C, Shadow, Opts.DroppedChecks, Opts.Pieces,
                   [&](const MachineInstr &MI, crit_reason Why) {
                     noteUnprotected(MI, Why);
                   });
  Plan.sink(MLI);
  Plan.emit(C, Shadow, [&](const CheckPlan::Request &R) {
    ++Stats.Unprotected;
    ++Stats.Reasons[CRIT_REASON_RegClass];
    Stats.Missed.push_back({R.DL, CRIT_REASON_RegClass});
  });
  removeUnusedShadows();
  for (MachineBasicBlock &MBB : MF)
    recomputeFlagLiveness(MBB);
  if (Repairs)
    separateStreams(MF, [&](const MachineInstr &MI) { return ShadowCode.count(&MI); });
  return Stats;
}

//===----------------------------------------------------------------------===//
// Which values have a shadow
//===----------------------------------------------------------------------===//

void ShadowStream::findUnshadowed() {
  for (unsigned I = 0, E = MRI.getNumVirtRegs(); I != E; ++I) {
    Register R = Register::index2VirtReg(I);
    const TargetRegisterClass *RC = MRI.getRegClassOrNull(R);
    MachineInstr *Def = MRI.getVRegDef(R);
    if (!RC || !C.handles(RC) || !Def)
      Unshadowed.insert(R);
  }
  // Results of a terminator (asm goto), and the copies that may follow it, have
  // no place for an adopting copy.
  for (MachineBasicBlock &MBB : MF) {
    bool Behind = false;
    for (MachineInstr &MI : MBB) {
      Behind |= MI.isTerminator() || MI.getOpcode() == TargetOpcode::INLINEASM_BR;
      if (Behind)
        for (const MachineOperand &MO : MI.all_defs())
          Unshadowed.insert(MO.getReg());
    }
  }
}

bool ShadowStream::hasShadow(Register R) const {
  return R.isVirtual() && !Unshadowed.count(R);
}

Register ShadowStream::shadowOf(Register R) {
  if (!hasShadow(R))
    return R;
  Register &S = Shadows[R];
  if (!S) {
    S = MRI.cloneVirtualRegister(R);
    Unshadowed.insert(S);
    C.paired(R, S);
  }
  return Shadows[R];
}

//===----------------------------------------------------------------------===//
// One block
//===----------------------------------------------------------------------===//

void ShadowStream::computeLiveness(MachineBasicBlock &MBB) {
  FlagsLiveAfter.assign(Code.size(), false);
  FixedLiveAfter.assign(Code.size(), false);
  LiveRegUnits Live(TRI);
  for (const MachineBasicBlock *S : MBB.successors())
    for (const auto &LI : S->liveins())
      Live.addReg(LI.PhysReg);
  auto Fixed = [&] {
    BitVector B = Live.getBitVector();
    B &= TrackedUnits;
    return B.any();
  };
  for (unsigned I = Code.size(); I-- > 0;) {
    FlagsLiveAfter[I] = !Live.available(T.EFLAGS);
    FixedLiveAfter[I] = Fixed();
    Live.stepBackward(*Code[I]);
  }
  FlagsLiveIn = !Live.available(T.EFLAGS);
  FixedLiveIn = Fixed();
}

/// Reads or writes a register the allocator could hand out, by its own name.
bool ShadowStream::touchesFixed(const MachineInstr &MI) const {
  for (const MachineOperand &MO : MI.operands()) {
    if (MO.isRegMask())
      return true;
    if (MO.isReg() && MO.getReg().isPhysical() && MO.getReg() != T.EFLAGS)
      for (MCRegUnit U : TRI.regunits(MO.getReg()))
        if (TrackedUnits.test(static_cast<unsigned>(U)))
          return true;
  }
  return false;
}

bool ShadowStream::isReplicable(const MachineInstr &MI,
                                crit_reason &Why) const {
  Why = CRIT_REASON_SideEffect;
  if (MI.isInlineAsm()) {
    Why = CRIT_REASON_InlineAsm;
    return false;
  }
  if (MI.isTerminator() || MI.isCall() || MI.isPosition() || MI.mayStore() ||
      MI.isNotDuplicable() || MI.isPHI())
    return false;
  // LLVM marks division so, to keep it from being speculated.
  if (MI.hasUnmodeledSideEffects() && !T.isDivision(MI))
    return false;
  if (MI.mayLoad() && !MemoryFacts::isPlainLoad(MI))
    return false;
  // Two copies of one register may be coalesced into one; adopted instead.
  if (MI.isCopy() || MI.isSubregToReg() || MI.isInsertSubreg() ||
      MI.isRegSequence())
    for (const MachineOperand &MO : MI.all_uses())
      if (!hasShadow(MO.getReg()) && !touchesFixed(MI)) {
        Why = CRIT_REASON_RegClass;
        return false;
      }
  for (const MachineOperand &MO : MI.all_defs()) {
    Register R = MO.getReg();
    if (R.isPhysical() && R != T.EFLAGS && MRI.isReserved(R)) {
      Why = usesX87(MI) ? CRIT_REASON_X87 : CRIT_REASON_PhysReg;
      return false;
    }
    if (R.isVirtual() && !hasShadow(R)) {
      Why = T.kind(MRI.getRegClass(R)) == RegKind::X87 ? CRIT_REASON_X87
                                                       : CRIT_REASON_RegClass;
      return false;
    }
  }
  return true;
}

ShadowStream::Unit ShadowStream::nextUnit(unsigned Begin) {
  auto LiveBefore = [&](unsigned I) {
    return I ? FlagsLiveAfter[I - 1] || FixedLiveAfter[I - 1]
             : FlagsLiveIn || FixedLiveIn;
  };
  unsigned E = Begin;
  while (E < Code.size() && (FlagsLiveAfter[E] || FixedLiveAfter[E]))
    ++E;
  Unit U{Begin, std::min<unsigned>(E + 1, Code.size()), Unit::Plain};
  bool InFlight = LiveBefore(Begin);
  if (U.End == Begin + 1 && !InFlight)
    return U;
  if (!InFlight && Code[U.End - 1]->isTerminator() && !FixedLiveAfter[Begin] &&
      tightBranchFlags(*Cur) == Code[Begin]) {
    U.Kind = Unit::Branch;
    return U;
  }
  U.Kind = InFlight ? Unit::Once : Unit::Replicated;
  for (unsigned I = U.Begin; I != U.End && U.Kind == Unit::Replicated; ++I)
    if ((touchesFixed(*Code[I]) || T.readsFlags(*Code[I]) ||
         T.definesLiveFlags(*Code[I])) &&
        !isReplicable(*Code[I], U.Why))
      U.Kind = Unit::Once;
  return U;
}

void ShadowStream::mirrorBlock(MachineBasicBlock &MBB) {
  Cur = &MBB;
  Code.clear();
  FixedSource.clear();
  FixedConstant.clear();
  Unhidden.clear();
  for (MachineInstr &MI : MBB)
    if (!MI.isPHI() && !MI.isDebugInstr() &&
        (!MI.isMetaInstruction() || MI.isImplicitDef()))
      Code.push_back(&MI);
  computeLiveness(MBB);
  UnitTail.assign(Code.size(), nullptr);
  for (unsigned I = 0; I != Code.size();) {
    Unit U = nextUnit(I);
    doUnit(U);
    I = U.End;
  }
  endLogged();
  flush();
}

bool ShadowStream::usesPending(const MachineInstr &MI) const {
  for (const MachineOperand &MO : MI.all_uses())
    if (LaterDefs.count(MO.getReg()))
      return true;
  return false;
}

void ShadowStream::doUnit(const Unit &U) {
  crit_reason Why;
  SmallVector<MachineInstr *, 8> Later;
  LaterDefs.clear();
  UnitEnd = U.End;
  for (unsigned I = U.Begin; I != U.End; ++I) {
    MachineInstr &MI = *Code[I];
    if (isReplicable(MI, Why))
      checkHidden(MI, I);
    bool Linked = touchesFixed(MI) || T.readsFlags(MI) ||
                  (FlagsLiveAfter[I] && T.definesLiveFlags(MI));
    bool Can = isReplicable(MI, Why);
    if (U.Kind == Unit::Branch && I == U.Begin && Can) {
      // Its flags go to the branch, so the copy cannot follow it; without a
      // result the edges repeat all there is.
      if (llvm::any_of(MI.all_defs(), [](const MachineOperand &MO) {
            return MO.getReg().isVirtual();
          }))
        replicateInPlace(MI, I, /*BeforeMI=*/true);
    } else if (U.Kind == Unit::Branch && MI.isTerminator()) {
      continue; // re-decided on the edges
    } else if (U.Kind == Unit::Replicated && Can &&
               (Linked || (usesPending(MI) && !MI.mayLoad()))) {
      Later.push_back(&MI);
      for (const MachineOperand &MO : MI.all_defs())
        LaterDefs.insert(MO.getReg());
    } else if (Can && !usesPending(MI) && !(Linked && U.Kind == Unit::Once)) {
      replicateInPlace(MI, I);
    } else {
      if (Can && Linked && T.touchesFlags(MI) && !touchesFixed(MI))
        noteUnprotected(MI, U.Why);
      runOnce(MI, I);
    }
  }
  replicateLater(U, Later);
  LaterDefs.clear();
  UnitEnd = 0;
  for (CheckPlan::Request &R : Held) {
    R.After = UnitTail[U.End - 1] ? UnitTail[U.End - 1] : Code[U.End - 1];
    Plan.add(R);
  }
  Held.clear();
}

/// Everything inserted between Prev and At is shadow code.
static void collect(MachineBasicBlock &MBB, MachineInstr *Prev,
                    MachineBasicBlock::iterator At,
                    DenseSet<MachineInstr *> &Set) {
  auto I = Prev ? std::next(Prev->getIterator()) : MBB.begin();
  for (; I != At; ++I)
    Set.insert(&*I);
}

static MachineInstr *before(MachineBasicBlock &MBB,
                            MachineBasicBlock::iterator At) {
  return At == MBB.begin() ? nullptr : &*std::prev(At);
}

void ShadowStream::replicateInPlace(MachineInstr &MI, unsigned Index,
                                    bool BeforeMI) {
  auto At = BeforeMI ? MI.getIterator() : std::next(MI.getIterator());
  MachineInstr *Prev = before(*Cur, At);
  MachineInstr *S =
      C.mirror(MI, *Cur, At, [&](Register R) { return shadowOf(R); });
  collect(*Cur, Prev, At, ShadowCode);
  ++Stats.Replicated;
  bool FlagsBefore = Index ? FlagsLiveAfter[Index - 1] : FlagsLiveIn;
  if (!MI.mayLoad() || Opts.DroppedChecks >> CRIT_CHECK_LoadValue & 1 ||
      !needsVerification(MI, Opts.Loads, Facts))
    return;
  // Verification clobbers flags. Where they are live the two loads stay
  // unverified: a race there is reported as a fault.
  if (BeforeMI || FlagsLiveAfter[Index] || FlagsBefore ||
      MI.getNumExplicitDefs() != 1)
    return;
  Register V = MI.getOperand(0).getReg();
  if (V.isVirtual())
    C.verifyLoads(*Cur, At, MI, *S, V, shadowOf(V));
}

void ShadowStream::replicateLater(const Unit &U,
                                  ArrayRef<MachineInstr *> Members) {
  if (Members.empty())
    return;
  auto At = std::next(Code[U.End - 1]->getIterator());
  MachineInstr *Prev = before(*Cur, At);
  for (MachineInstr *MI : Members) {
    UnitTail[U.End - 1] =
        C.mirror(*MI, *Cur, At, [&](Register R) { return shadowOf(R); });
    ++Stats.Replicated;
  }
  collect(*Cur, Prev, At, ShadowCode);
}

//===----------------------------------------------------------------------===//
// What runs once
//===----------------------------------------------------------------------===//

void ShadowStream::noteUnprotected(const MachineInstr &MI, crit_reason Why) {
  ++Stats.Unprotected;
  ++Stats.Reasons[Why];
  Stats.Missed.push_back({MI.getDebugLoc(), Why});
}

void ShadowStream::adoptResults(MachineInstr &MI) {
  auto At = std::next(MI.getIterator());
  for (const MachineOperand &MO : MI.all_defs()) {
    Register R = MO.getReg();
    if (!hasShadow(R) || MO.isDead())
      continue;
    MachineInstr *Prev = before(*Cur, At);
    RegRef From{R};
    // From the argument's own register, so that a hit in the move to the
    // master is in one copy only. (Checkpoints make the copy from a slot and
    // look for the master.)
    if (MI.isCopy() && MI.getOperand(1).getReg().isPhysical() && !Repairs &&
        !MRI.isReserved(MI.getOperand(1).getReg()) &&
        !MI.getOperand(1).getSubReg() && !MO.getSubReg()) {
      MI.getOperand(1).setIsKill(false);
      From.Reg = MI.getOperand(1).getReg();
    }
    C.adopt(*Cur, At, MI.getDebugLoc(), From, shadowOf(R));
    collect(*Cur, Prev, At, ShadowCode);
  }
}

static bool isSharedAccess(const MachineInstr &MI) {
  for (const MachineMemOperand *MMO : MI.memoperands())
    if (MMO->isVolatile() || MMO->isAtomic())
      return true;
  return false;
}

void ShadowStream::runOnce(MachineInstr &MI, unsigned Index) {
  bool FlagsBefore = Index ? FlagsLiveAfter[Index - 1] : FlagsLiveIn;
  if (auto P = CheckPseudo::parse(MI)) {
    if (P->Kind == PseudoKind::SplitBegin)
      Split = &MI;
    else if (P->Kind == PseudoKind::SplitEnd)
      Split = nullptr;
    else if (P->Kind == PseudoKind::Cut && Split)
      Plan.stopsAt(*Split);
    else if (P->Kind == PseudoKind::Cut) {
      flush();
      Plan.leavesIn(*Cur);
      endLogged();
    }
    return;
  }
  if (Opts.Pieces && replaceUpdate(MI, Index))
    return;
  // Moving to and from fixed registers is transport, not computation.
  if (MI.isCopy() && MI.getOperand(1).getReg().isVirtual() &&
      MI.getOperand(0).getReg().isPhysical()) {
    const MachineOperand &Src = MI.getOperand(1);
    if (MRI.isReserved(MI.getOperand(0).getReg())) { // stack pointer
      if (hasShadow(Src.getReg()) && !FlagsBefore)
        checkNow(MI, {Src.getReg(), Src.getSubReg()},
                 {shadowOf(Src.getReg()), Src.getSubReg()},
                 CRIT_CHECK_Operand);
      return;
    }
    Register Fixed = MI.getOperand(0).getReg();
    forgetFixed(Fixed);
    FixedSource[Fixed] = {Src.getReg(), Src.getSubReg()};
    return;
  }
  if (rememberConstant(MI))
    return;
  if (MI.isCopy() && MI.getOperand(1).getReg().isPhysical()) {
    adoptResults(MI);
    return;
  }
  if (MI.isUnconditionalBranch() && !MI.isIndirectBranch())
    return;

  bool Shared = isSharedAccess(MI);
  bool PlainStore = MI.mayStore() && !MI.mayLoad() && !MI.isCall() &&
                    !MI.isInlineAsm() && !Shared &&
                    T.memoryOperand(MI) >= 0 && !MI.hasOrderedMemoryRef();
  crit_check_kind K = CRIT_CHECK_Operand;
  if (MI.isReturn() && !MI.isCall())
    K = CRIT_CHECK_Return;
  else if (MI.isCall())
    K = CRIT_CHECK_CallArgument;
  else if (MI.isIndirectBranch())
    K = CRIT_CHECK_Switch;
  else if (Shared)
    K = CRIT_CHECK_Atomic;
  else if (MI.mayLoad() && !MI.mayStore())
    K = CRIT_CHECK_LoadAddress;

  bool Leaves = !PlainStore && (MI.isCall() || MI.isInlineAsm() || Shared ||
                                MI.isTerminator() ||
                                MI.hasUnmodeledSideEffects());
  if (Leaves) {
    flush();
    Plan.leavesIn(*Cur);
    endLogged();
  }

  int Mem = MI.mayLoadOrStore() ? T.memoryOperand(MI) : -1;
  auto Mark = Index ? CheckPseudo::parse(*Code[Index - 1]) : std::nullopt;
  Register Logged;
  if (PlainStore && Mark && Mark->Kind == PseudoKind::Log)
    Logged = checkLogged(MI, Index, Mem);
  else if (PlainStore && LastLogged && !FlagsBefore)
    Logged = checkLikeLogged(MI, Index, Mem);
  bool Operands = false;
  bool Unread = Logged && LastLogged->Unread == &MI;
  bool ReadBack = PlainStore && Repairs && !FlagsBefore && !Unread &&
                  readBack(MI, Index, Mem, Logged);
  bool Kept = PlainStore && keepsInShadow(MI, Index);
  for (unsigned I = 0, E = MI.getNumOperands(); I != E; ++I) {
    const MachineOperand &MO = MI.getOperand(I);
    if (!MO.isReg() || !MO.isUse() || !MO.getReg().isVirtual() || MO.isUndef())
      continue;
    Operands = true;
    if (!hasShadow(MO.getReg()))
      continue;
    bool Address = Mem >= 0 && int(I) >= Mem && int(I) < Mem + 5;
    if (PlainStore && Address) {
      if (Logged)
        continue;
      // A store to a wrong place cannot be taken back.
      if (Repairs && !FlagsBefore && !LaterDefs.count(MO.getReg()))
        checkNow(MI, {MO.getReg(), MO.getSubReg()},
                 {shadowOf(MO.getReg()), MO.getSubReg()},
                 CRIT_CHECK_StoreAddress);
      else
        checkLater(MI, Index, MO, CRIT_CHECK_StoreAddress);
      continue;
    }
    if (PlainStore) {
      if (ReadBack || Kept)
        continue;
      if (auto Part = storedPart(MI, MO))
        checkLater(MI, Index, MO, CRIT_CHECK_StoreValue, *Part);
      else
        noteUnprotected(MI, CRIT_REASON_RegClass);
      continue;
    }
    crit_check_kind OK =
        MI.isCall() && !MI.isReturn() ? CRIT_CHECK_CallTarget : K;
    if (!FlagsBefore && (Leaves || !Address))
      checkNow(MI, {MO.getReg(), MO.getSubReg()},
               {shadowOf(MO.getReg()), MO.getSubReg()}, OK);
    // The register outlives the access: a fault while the access read it is
    // still there to be seen afterwards.
    if (Address || FlagsBefore || (Shared && !MI.mayLoad()))
      if (!MI.isTerminator() && !MI.isCall())
        checkLater(MI, Index, MO, OK);
  }
  if (!FlagsBefore)
    checkFixedOperands(MI, K);
  for (const MachineOperand &MO : MI.operands()) {
    if (!MO.isReg() || !MO.isDef() || !MO.getReg().isPhysical())
      continue;
    forgetFixed(MO.getReg());
  }
  if (MI.isCall()) {
    FixedSource.clear();
    FixedConstant.clear();
  }
  adoptResults(MI);

  if (MI.isCall() || PlainStore || MI.isReturn() || Operands)
    ++Stats.Once;
  if (MI.isInlineAsm())
    noteUnprotected(MI, CRIT_REASON_InlineAsm);
  bool X87 = false, Odd = false;
  for (const MachineOperand &MO : MI.operands())
    if (MO.isReg() && MO.getReg().isVirtual() && !hasShadow(MO.getReg()) &&
        !Shadows.count(MO.getReg())) {
      RegKind RK = T.kind(MRI.getRegClass(MO.getReg()));
      X87 |= RK == RegKind::X87;
      Odd |= RK == RegKind::Other;
    }
  if (X87 || Odd)
    noteUnprotected(MI, X87 ? CRIT_REASON_X87 : CRIT_REASON_RegClass);
  else if (auto Why = computesOnce(MI))
    noteUnprotected(MI, *Why);
}

//===----------------------------------------------------------------------===//
// Whole function
//===----------------------------------------------------------------------===//

void ShadowStream::mirrorPhis() {
  const TargetInstrInfo &TII = *MF.getSubtarget().getInstrInfo();
  for (MachineBasicBlock &MBB : MF) {
    SmallVector<MachineInstr *, 16> Phis;
    for (MachineInstr &MI : MBB.phis())
      if (hasShadow(MI.getOperand(0).getReg()))
        Phis.push_back(&MI);
    auto At = MBB.getFirstNonPHI();
    for (MachineInstr *Phi : Phis) {
      if (llvm::any_of(Phi->all_uses(), [&](const MachineOperand &MO) {
            return !hasShadow(MO.getReg());
          })) {
        auto After = MBB.SkipPHIsLabelsAndDebug(At);
        MachineInstr *Prev = before(MBB, After);
        Register R = Phi->getOperand(0).getReg();
        C.adopt(MBB, After, Phi->getDebugLoc(), {R, 0}, shadowOf(R));
        collect(MBB, Prev, After, ShadowCode);
        continue;
      }
      MachineInstrBuilder B =
          BuildMI(MBB, At, Phi->getDebugLoc(), TII.get(TargetOpcode::PHI),
                  shadowOf(Phi->getOperand(0).getReg()));
      for (unsigned I = 1, E = Phi->getNumOperands(); I != E; I += 2) {
        const MachineOperand &In = Phi->getOperand(I);
        B.addReg(shadowOf(In.getReg()), getUndefRegState(In.isUndef()),
                 In.getSubReg());
        B.addMBB(Phi->getOperand(I + 1).getMBB());
      }
      ShadowCode.insert(B);
      ++Stats.Replicated;
    }
  }
}

/// Shadows nobody compares or computes with only cost time.
void ShadowStream::removeUnusedShadows() {
  DenseSet<MachineInstr *> Needed;
  SmallVector<MachineInstr *, 64> Work;
  auto Need = [&](Register R) {
    if (!R.isVirtual())
      return;
    MachineInstr *D = MRI.getVRegDef(R);
    if (D && ShadowCode.count(D) && Needed.insert(D).second)
      Work.push_back(D);
  };
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : MBB) {
      if (MI.isDebugInstr())
        continue;
      if (!ShadowCode.count(&MI)) {
        for (const MachineOperand &MO : MI.all_uses())
          Need(MO.getReg());
        continue;
      }
      // A codec's own checks are wanted for themselves.
      if (CheckPseudo::parse(MI) && Needed.insert(&MI).second)
        Work.push_back(&MI);
      for (const MachineOperand &MO : MI.all_defs())
        if (MO.getReg().isPhysical() && !MO.isDead() &&
            Needed.insert(&MI).second)
          Work.push_back(&MI);
    }
  while (!Work.empty())
    for (const MachineOperand &MO : Work.pop_back_val()->all_uses())
      Need(MO.getReg());
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : make_early_inc_range(MBB))
      if (ShadowCode.count(&MI) && !Needed.count(&MI))
        MI.eraseFromParent();
}
