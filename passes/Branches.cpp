//===- Branches.cpp - conditional branches decided twice ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A branch reads EFLAGS, which exist once. So the shadows decide again where
// the branch has already gone:
//
//   CMP a, b                      CMP a, b
//   JCC T, l                      JCC E, l
//   F: ...                        F: CMP a', b'; fail if l; ...
//                                 E: CMP a', b'; fail if ge; JMP T
//
// This covers operands, flags and the jump itself. E is T itself when nothing
// else jumps there. (HAFT calls these shadow basic blocks.)
//===----------------------------------------------------------------------===//
#include "Flags.h"
#include "ShadowStream.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineDominators.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

namespace {

/// One way out of a block and what the flags were if it was taken.
struct Edge {
  MachineBasicBlock *To;
  MachineInstr *Jump;             ///< null: falls through
  SmallVector<unsigned, 2> Holds; ///< conditions that were true or inverted
};

class Redecider {
public:
  Redecider(MachineFunction &MF, const MachineDominatorTree &MDT,
            function_ref<Register(Register)> Shadow, uint32_t DroppedChecks)
      : MF(MF), MDT(MDT), Shadow(Shadow), DroppedChecks(DroppedChecks), T(X86Table::get(MF)),
        TII(*MF.getSubtarget().getInstrInfo()) {}
  void run(EdgePlaces &Found,
           function_ref<void(const MachineInstr &, crit_reason)> Left);

private:
  bool edges(MachineBasicBlock &MBB, SmallVectorImpl<Edge> &Out);
  bool worthIt(const MachineInstr &D);
  crit_reason whyLeft(const MachineInstr *D, bool FlagsGoOn);
  MachineBasicBlock *place(MachineBasicBlock &From, Edge &E, bool Shared);
  void emit(MachineBasicBlock &At, MachineInstr &D, const Edge &E,
            crit_check_kind K);

  MachineFunction &MF;
  const MachineDominatorTree &MDT;
  function_ref<Register(Register)> Shadow;
  uint32_t DroppedChecks;
  const X86Table &T;
  const TargetInstrInfo &TII;
};

} // namespace

bool Redecider::edges(MachineBasicBlock &MBB, SmallVectorImpl<Edge> &Out) {
  SmallVector<unsigned, 2> NotTaken;
  for (auto I = MBB.getFirstTerminator(); I != MBB.end(); ++I) {
    if (I->isDebugInstr())
      continue;
    if (I->getOpcode() == T.JCC_1) {
      unsigned CC = I->getOperand(1).getImm();
      Edge E{I->getOperand(0).getMBB(), &*I, NotTaken};
      E.Holds.push_back(CC);
      Out.push_back(E);
      NotTaken.push_back(invertCond(CC));
    } else if (I->getOpcode() == T.JMP_1) {
      Out.push_back({I->getOperand(0).getMBB(), &*I, NotTaken});
      return true;
    } else {
      return false;
    }
  }
  auto Next = std::next(MBB.getIterator());
  // A block that ends in JCC and an unreachable falls nowhere.
  if (Next != MF.end() && MBB.isSuccessor(&*Next))
    Out.push_back({&*Next, nullptr, NotTaken});
  return true;
}

/// At least one input of the decision has a copy of its own.
bool Redecider::worthIt(const MachineInstr &D) {
  for (const MachineOperand &MO : D.all_uses())
    if (MO.getReg().isVirtual() && Shadow(MO.getReg()) != MO.getReg())
      return true;
  return false;
}

/// Why the decision on the flags of \p D cannot be made again.
crit_reason Redecider::whyLeft(const MachineInstr *D, bool FlagsGoOn) {
  if (!D || FlagsGoOn)
    return CRIT_REASON_FlagsAcrossBlocks;
  if (D->isInlineAsm())
    return CRIT_REASON_InlineAsm;
  if (D->mayStore() || D->isCall() || D->hasUnmodeledSideEffects())
    return CRIT_REASON_SideEffect;
  bool Fixed = false;
  for (const MachineOperand &MO : D->all_uses()) {
    if (!MO.getReg().isVirtual()) {
      Fixed = true;
      continue;
    }
    RegKind K = T.kind(MF.getRegInfo().getRegClass(MO.getReg()));
    if (K == RegKind::X87)
      return CRIT_REASON_X87;
    if (K == RegKind::Other)
      return CRIT_REASON_RegClass;
  }
  return Fixed ? CRIT_REASON_PhysReg : CRIT_REASON_Other;
}

/// The block in which this edge, and no other, can be checked.
MachineBasicBlock *Redecider::place(MachineBasicBlock &From, Edge &E,
                                    bool Shared) {
  MachineBasicBlock &To = *E.To;
  if (!Shared && To.pred_size() == 1 && !To.isEHPad() && &To != &From &&
      !To.isLiveIn(T.EFLAGS) && !To.isInlineAsmBrIndirectTarget())
    return &To;
  MachineBasicBlock *New = MF.CreateMachineBasicBlock(From.getBasicBlock());
  // A fall-through must stay one; others go where layout will find them.
  MF.insert(E.Jump ? MF.end() : std::next(From.getIterator()), New);
  BuildMI(*New, New->end(), From.findBranchDebugLoc(), TII.get(T.JMP_1))
      .addMBB(&To);
  if (E.Jump)
    E.Jump->getOperand(0).setMBB(New);
  return New;
}

void Redecider::emit(MachineBasicBlock &At, MachineInstr &D, const Edge &E,
                     crit_check_kind K) {
  if (DroppedChecks >> K & 1)
    return;
  auto It = At.SkipPHIsLabelsAndDebug(At.begin());
  repeatFlags(D, At, It, E.Holds, Shadow);
  DebugLoc DL = E.Jump ? E.Jump->getDebugLoc() : D.getDebugLoc();
  for (unsigned CC : E.Holds)
    PseudoBuilder(At, It, DL).flagsFail(K, invertCond(CC));
}

void Redecider::run(
    EdgePlaces &Found,
    function_ref<void(const MachineInstr &, crit_reason)> Left) {
  SmallVector<MachineBasicBlock *, 32> Blocks;
  for (MachineBasicBlock &MBB : MF)
    Blocks.push_back(&MBB);
  for (MachineBasicBlock *MBB : Blocks) {
    auto Term = MBB->getFirstTerminator();
    if (Term == MBB->end() || Term->getOpcode() != T.JCC_1)
      continue;
    SmallVector<Edge, 3> Out;
    MachineInstr *D = tightBranchFlags(*MBB);
    bool FlagsGoOn = llvm::any_of(
        MBB->successors(), [&](auto *S) { return S->isLiveIn(T.EFLAGS); });
    if (!D || FlagsGoOn || !edges(*MBB, Out) || !worthIt(*D)) {
      Left(*Term, whyLeft(D, FlagsGoOn));
      continue;
    }
    // Can D be repeated at all? Try at a place where it does no harm.
    SmallVector<unsigned, 4> All;
    for (const Edge &E : Out)
      All.append(E.Holds.begin(), E.Holds.end());
    MachineInstr *Probe =
        repeatFlags(*D, *MBB, D->getIterator(), All, Shadow);
    if (!Probe) {
      Left(*Term, whyLeft(D, FlagsGoOn));
      continue;
    }
    Probe->eraseFromParent();

    // Edges to one block share its entry in the successor list.
    SmallVector<MachineBasicBlock *, 3> Places;
    for (Edge &E : Out) {
      unsigned Same = 0;
      for (const Edge &O : Out)
        Same += O.To == E.To;
      Places.push_back(place(*MBB, E, Same > 1));
    }
    SmallVector<std::pair<MachineBasicBlock *, BranchProbability>, 3> Old;
    for (auto S = MBB->succ_begin(); S != MBB->succ_end(); ++S)
      Old.push_back({*S, MBB->getSuccProbability(S)});
    for (auto [To, Prob] : Old) {
      SmallVector<MachineBasicBlock *, 3> Via;
      for (unsigned I = 0; I != Out.size(); ++I)
        if (Out[I].To == To && Places[I] != To)
          Via.push_back(Places[I]);
      if (Via.empty())
        continue;
      MBB->removeSuccessor(To);
      for (MachineBasicBlock *V : Via) {
        MBB->addSuccessor(V, Prob / uint32_t(Via.size()));
        V->addSuccessor(To, BranchProbability::getOne());
      }
      for (MachineInstr &Phi : To->phis())
        for (unsigned I = 1, E = Phi.getNumOperands(); I != E; I += 2)
          if (Phi.getOperand(I + 1).getMBB() == MBB) {
            Phi.getOperand(I + 1).setMBB(Via[0]);
            MachineInstrBuilder B(MF, Phi);
            for (unsigned V = 1; V != Via.size(); ++V)
              B.addReg(Phi.getOperand(I).getReg(),
                       getUndefRegState(Phi.getOperand(I).isUndef()),
                       Phi.getOperand(I).getSubReg())
                  .addMBB(Via[V]);
          }
    }
    // Two ways to one block have two places: no single one sees all of it.
    for (unsigned I = 0; I != Out.size(); ++I)
      Found[{MBB, Out[I].To}] =
          Found.count({MBB, Out[I].To}) ? nullptr : Places[I];
    for (unsigned I = 0; I != Out.size(); ++I)
      emit(*Places[I], *D, Out[I],
           MDT.dominates(Out[I].To, MBB) ? CRIT_CHECK_BackEdge
                                         : CRIT_CHECK_Branch);
  }
}

void crit::redecideBranches(
    MachineFunction &MF, const MachineDominatorTree &MDT,
    function_ref<Register(Register)> Shadow, uint32_t DroppedChecks,
    EdgePlaces &Edges,
    function_ref<void(const MachineInstr &, crit_reason)> Left) {
  Redecider(MF, MDT, Shadow, DroppedChecks).run(Edges, Left);
}
