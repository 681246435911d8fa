//===- Branches.cpp - conditional branches decided twice ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A branch reads EFLAGS, which exist once. So the shadows decide first, and the
// branch must follow (LowerChecks makes the jumps, when registers are final: a
// block on a loop's back edge would keep its values from staying in place):
//
//   CMP a, b                      CMP a', b'
//   JCC T, l                      JCC S, ge
//   F: ...                        CMP a, b
//                                 JCC T, l
//                                 fail
//                              S: CMP a, b
//                                 fail if l
//                              F: ...
//
// A branch on several conditions is decided again where it has already gone:
//
//   CMP a, b                      CMP a, b
//   JCC T, ne                     JCC E, ne
//   JCC T, p                      JCC G, p
//   F: ...                        F: CMP a', b'; fail if ne; fail if p; ...
//                                 E: CMP a', b'; fail if e; JMP T
//                                 G: CMP a', b'; fail if ne; fail if np; JMP T
//
// Both cover operands, flags and the jump itself. (HAFT calls the latter shadow
// basic blocks.)
//===----------------------------------------------------------------------===//
#include "Branches.h"
#include "CheckPseudo.h"
#include "Flags.h"
#include "LoadFor.h"
#include "Unprotected.h"
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
  Redecider(MachineFunction &MF, const MachineDominatorTree &MDT, Codec &C,
            function_ref<Register(Register)> Shadow, uint32_t DroppedChecks,
            bool FromMemory)
      : MF(MF), MDT(MDT), C(C), Shadow(Shadow), DroppedChecks(DroppedChecks),
        FromMemory(FromMemory), MRI(MF.getRegInfo()),
        T(X86Table::get(MF)), TII(*MF.getSubtarget().getInstrInfo()) {}
  void run(function_ref<void(const MachineInstr &, crit_reason)> Left);

private:
  bool inPlace(MachineBasicBlock &MBB, MachineInstr &D, ArrayRef<Edge> Out);
  bool fromMemory(MachineInstr &D, crit_check_kind K);
  void onEdges(MachineBasicBlock &MBB, MachineInstr &D,
               MutableArrayRef<Edge> Out);
  bool edges(MachineBasicBlock &MBB, SmallVectorImpl<Edge> &Out);
  bool worthIt(const MachineInstr &D);
  MachineBasicBlock *place(MachineBasicBlock &From, Edge &E, bool Shared);
  void emit(MachineBasicBlock &At, MachineInstr &D, const Edge &E,
            crit_check_kind K);

  MachineFunction &MF;
  const MachineDominatorTree &MDT;
  Codec &C;
  function_ref<Register(Register)> Shadow;
  uint32_t DroppedChecks;
  bool FromMemory;
  MachineRegisterInfo &MRI;
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
  FlagView View;
  C.repeatFlags(D, At, It, E.Holds, Shadow, View);
  DebugLoc DL = E.Jump ? E.Jump->getDebugLoc() : D.getDebugLoc();
  for (unsigned CC : E.Holds)
    PseudoBuilder(At, It, DL).flagsFail(
        K, viewCond(View, invertCond(CC)));
}

/// Both decide by what is in memory; LowerChecks looks at registers if they do
/// not agree, and lets them decide again:
///
///   v = MOV [A]; v' = MOV [A']; verify    decide by CMP [A], b and CMP [A'], b'
///   CMP v', b'; decide                    JCC T, e
///   CMP v, b
///   JCC T, e
bool Redecider::fromMemory(MachineInstr &D, crit_check_kind K) {
  if (DroppedChecks >> CRIT_CHECK_LoadAddress & 1 ||
      DroppedChecks >> CRIT_CHECK_LoadValue & 1)
    return false;
  StringRef N = T.name(D), Rest = N;
  bool Cmp = Rest.consume_front("CMP");
  unsigned Bits = 0;
  if ((!Cmp && !Rest.consume_front("TEST")) || Rest.consumeInteger(10, Bits) ||
      (Rest != "rr" && Rest != "ri" && Rest != "ri32") ||
      D.getNumExplicitOperands() != 2)
    return false;
  std::string Width = std::to_string(Bits);
  auto Plain = [&](unsigned I) {
    const MachineOperand &MO = D.getOperand(I);
    return MO.isReg() && MO.getReg().isVirtual() && !MO.getSubReg();
  };
  const MachineOperand &L = D.getOperand(0), &R = D.getOperand(1);
  bool Itself = Rest == "rr" && L.isIdenticalTo(R);
  if (!Plain(0) || (Cmp && Itself) || (Rest == "rr" ? !Plain(1) : !R.isImm()))
    return false;
  auto LoadOf = [&](const MachineOperand &MO) -> MachineInstr * {
    MachineInstr *Load = loadFor(MO.getReg(), D, Shadow);
    return Load && T.name(*Load) == "MOV" + Width + "rm" ? Load : nullptr;
  };
  MachineInstr *Load = LoadOf(L);
  unsigned Opcode = 0;
  auto Where = PseudoBuilder::Constant;
  Register Other;
  std::string Name = Cmp || Itself ? "CMP" : "TEST";
  if (Load && (Itself || Rest != "rr")) {
    Opcode = T.opcode(Name + Width + (Bits == 64 ? "mi32" : "mi"));
  } else if (Load) {
    Opcode = T.opcode(Name + Width + "mr");
    Where = PseudoBuilder::Behind;
    Other = R.getReg();
  } else if (Rest == "rr" && (Load = LoadOf(R))) {
    Opcode = T.opcode(Name + Width + (Cmp ? "rm" : "mr"));
    Where = Cmp ? PseudoBuilder::InFront : PseudoBuilder::Behind;
    Other = L.getReg();
  }
  if (!Load || !Opcode)
    return false;
  RegRef Value, Copy;
  if (Other) {
    Value = {Other};
    Copy = {Shadow(Other)};
  }
  MachineBasicBlock &MBB = *D.getParent();
  PseudoBuilder(MBB, D.getIterator(), D.getDebugLoc())
      .decideLoad(K, *Load, shadowAddress(*Load, Shadow), Opcode, Where,
                  R.isImm() ? R.getImm() : 0, Value, Copy);
  Register V = Other == L.getReg() ? R.getReg() : L.getReg();
  MRI.markUsesInDebugValueAsUndef(V);
  D.eraseFromParent();
  dropVerification(V, *Load);
  Load->eraseFromParent(); // its copy is nobody's now
  return true;
}

/// One condition, two ways: the shadows decide in front of D.
bool Redecider::inPlace(MachineBasicBlock &MBB, MachineInstr &D,
                        ArrayRef<Edge> Out) {
  if (Out.size() != 2 || Out[0].To == Out[1].To)
    return false;
  crit_check_kind K = CRIT_CHECK_Branch;
  for (const Edge &E : Out)
    if (MDT.dominates(E.To, &MBB))
      K = CRIT_CHECK_BackEdge;
  if (DroppedChecks >> K & 1)
    return true;
  if (FromMemory && fromMemory(D, K))
    return true;
  // If the copy of D has just been made, its flags are there.
  auto At = D.getIterator();
  MachineInstr *Copy = At == MBB.begin() ? nullptr : &*std::prev(At);
  bool Fresh = C.copiesFlags() && Copy && Copy->getOpcode() == D.getOpcode() &&
               D.getNumExplicitDefs() == 1 &&
               Copy->getOperand(0).getReg() == Shadow(D.getOperand(0).getReg());
  FlagView View = FlagView::Same;
  if (!Fresh)
    C.repeatFlags(D, MBB, At, {Out[0].Holds[0], Out[1].Holds[0]}, Shadow,
                  View);
  PseudoBuilder(MBB, At, Out[0].Jump->getDebugLoc()).decide(K, View);
  return true;
}

void Redecider::onEdges(MachineBasicBlock &MBB, MachineInstr &D,
                        MutableArrayRef<Edge> Out) {
  // Edges to one block share its entry in the successor list.
  SmallVector<MachineBasicBlock *, 3> Places;
  for (Edge &E : Out) {
    unsigned Same = 0;
    for (const Edge &O : Out)
      Same += O.To == E.To;
    Places.push_back(place(MBB, E, Same > 1));
  }
  SmallVector<std::pair<MachineBasicBlock *, BranchProbability>, 3> Old;
  for (auto S = MBB.succ_begin(); S != MBB.succ_end(); ++S)
    Old.push_back({*S, MBB.getSuccProbability(S)});
  for (auto [To, Prob] : Old) {
    SmallVector<MachineBasicBlock *, 3> Via;
    for (unsigned I = 0; I != Out.size(); ++I)
      if (Out[I].To == To && Places[I] != To)
        Via.push_back(Places[I]);
    if (Via.empty())
      continue;
    MBB.removeSuccessor(To);
    for (MachineBasicBlock *V : Via) {
      MBB.addSuccessor(V, Prob / uint32_t(Via.size()));
      V->addSuccessor(To, BranchProbability::getOne());
    }
    for (MachineInstr &Phi : To->phis())
      for (unsigned I = 1, E = Phi.getNumOperands(); I != E; I += 2)
        if (Phi.getOperand(I + 1).getMBB() == &MBB) {
          Phi.getOperand(I + 1).setMBB(Via[0]);
          MachineInstrBuilder B(MF, Phi);
          for (unsigned V = 1; V != Via.size(); ++V)
            B.addReg(Phi.getOperand(I).getReg(),
                     getUndefRegState(Phi.getOperand(I).isUndef()),
                     Phi.getOperand(I).getSubReg())
                .addMBB(Via[V]);
        }
  }
  for (unsigned I = 0; I != Out.size(); ++I)
    emit(*Places[I], D, Out[I],
         MDT.dominates(Out[I].To, &MBB) ? CRIT_CHECK_BackEdge
                                        : CRIT_CHECK_Branch);
}

void Redecider::run(
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
      Left(*Term, whyNotDecidedAgain(FlagsGoOn ? nullptr : D));
      continue;
    }
    // Can D be repeated at all? Try at a place where it does no harm.
    SmallVector<unsigned, 4> All;
    for (const Edge &E : Out)
      All.append(E.Holds.begin(), E.Holds.end());
    FlagView View;
    MachineInstr *Probe =
        C.repeatFlags(*D, *MBB, D->getIterator(), All, Shadow, View);
    if (!Probe) {
      Left(*Term, whyNotDecidedAgain(D));
      continue;
    }
    C.discard(*Probe);
    if (!inPlace(*MBB, *D, Out))
      onEdges(*MBB, *D, Out);
  }
}

MachineBasicBlock *crit::edgeBlock(MachineBasicBlock &From,
                                   MachineBasicBlock &To, bool Split) {
  MachineFunction &MF = *From.getParent();
  const X86Table &T = X86Table::get(MF);
  if (To.isEHPad() || To.isInlineAsmBrIndirectTarget() ||
      To.isLiveIn(T.EFLAGS) || From.getFirstTerminator() == From.end())
    return nullptr;
  if (To.pred_size() == 1 && &To != &From)
    return &To;
  MachineInstr *Jump = nullptr;
  unsigned Ways = 0;
  bool FallsOut = true;
  for (MachineInstr &MI : From.terminators()) {
    if (MI.getOpcode() != T.JCC_1 && MI.getOpcode() != T.JMP_1)
      return nullptr;
    FallsOut &= MI.getOpcode() == T.JCC_1;
    if (MI.getOperand(0).getMBB() == &To) {
      Jump = &MI;
      ++Ways;
    }
  }
  auto Next = std::next(From.getIterator());
  bool Falls = FallsOut && Next != MF.end() && &*Next == &To;
  if (Ways + Falls != 1)
    return nullptr;
  if (!Split)
    return &To;
  MachineBasicBlock *New = MF.CreateMachineBasicBlock(From.getBasicBlock());
  MF.insert(Jump ? MF.end() : Next, New);
  BuildMI(*New, New->end(), From.findBranchDebugLoc(),
          MF.getSubtarget().getInstrInfo()->get(T.JMP_1))
      .addMBB(&To);
  if (Jump)
    Jump->getOperand(0).setMBB(New);
  From.replaceSuccessor(&To, New);
  New->addSuccessor(&To, BranchProbability::getOne());
  To.replacePhiUsesWith(&From, New);
  return New;
}

void crit::redecideBranches(
    MachineFunction &MF, const MachineDominatorTree &MDT, Codec &C,
    function_ref<Register(Register)> Shadow, uint32_t DroppedChecks,
    bool FromMemory,
    function_ref<void(const MachineInstr &, crit_reason)> Left) {
  Redecider(MF, MDT, C, Shadow, DroppedChecks, FromMemory).run(Left);
}
