//===- CheckPlan.cpp - where values are compared --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CheckPlan.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineLoopInfo.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"

using namespace llvm;
using namespace crit;

CheckPlan::CheckPlan(MachineFunction &MF)
    : T(X86Table::get(MF)), MRI(MF.getRegInfo()) {}

bool CheckPlan::leaves(const MachineLoop &L) {
  auto [It, New] = LoopLeaves.try_emplace(&L, false);
  if (New)
    for (const MachineBasicBlock *B : L.blocks())
      It->second |= Leaving.count(B) != 0;
  return It->second;
}

SmallVector<MachineBasicBlock *, 4>
CheckPlan::exits(const MachineLoop &L, const EdgePlaces &Edges) {
  SmallVector<MachineBasicBlock *, 4> Out;
  for (auto &[Edge, Place] : Edges) {
    if (!L.contains(Edge.first) || L.contains(Edge.second))
      continue;
    if (!Place)
      return {};
    Out.push_back(Place);
    const MachineLoop *P = L.getParentLoop();
    while (P && !P->contains(Edge.second))
      P = P->getParentLoop();
    LoopOf[Place] = P;
  }
  // Every way out must be one of them.
  // A block made for an edge belongs to no loop; one that leads back in is none.
  for (MachineBasicBlock *B : L.blocks())
    for (MachineBasicBlock *S : B->successors())
      if (!L.contains(S) && !is_contained(Out, S) &&
          (S->succ_size() != 1 || !L.contains(*S->succ_begin())))
        return {};
  return Out;
}

/// i = phi(init, n), n = i + constant: the increment, else null.
static MachineInstr *increment(MachineInstr &Phi, const MachineLoop &L,
                               const MachineRegisterInfo &MRI,
                               const X86Table &T) {
  MachineBasicBlock *Latch = L.getLoopLatch();
  if (!Phi.isPHI() || Phi.getParent() != L.getHeader() || !Latch)
    return nullptr;
  Register I = Phi.getOperand(0).getReg();
  for (unsigned Op = 1, E = Phi.getNumOperands(); Op != E; Op += 2) {
    Register N = Phi.getOperand(Op).getReg();
    MachineInstr *D = MRI.getVRegDef(N);
    if (!D || !L.contains(D->getParent()) || D->getParent() != Latch ||
        Phi.getOperand(Op).getSubReg())
      continue;
    StringRef Name = T.name(*D);
    bool Adds = Name.starts_with("ADD") || Name.starts_with("SUB") ||
                Name.starts_with("INC") || Name.starts_with("DEC");
    if (!Adds || D->mayLoadOrStore() || D->getOperand(0).getReg() != N ||
        D->getOperand(1).getReg() != I || D->getOperand(1).getSubReg())
      continue;
    bool Constant = true;
    for (unsigned K = 2; K < D->getNumExplicitOperands(); ++K) {
      const MachineOperand &MO = D->getOperand(K);
      MachineInstr *Step =
          MO.isReg() ? MRI.getVRegDef(MO.getReg()) : nullptr;
      Constant &= MO.isImm() || (Step && !L.contains(Step->getParent()));
    }
    if (Constant)
      return D;
  }
  return nullptr;
}

Register CheckPlan::covering(const Request &R, const MachineLoop &L) {
  Register V = R.Value.Reg;
  MachineInstr *D = MRI.getVRegDef(V);
  if (!D)
    return Register();
  if (!L.contains(D->getParent()))
    return V;
  // An induction variable of a loop left only at its end. The increment must
  // come after every use of the old value, else a fault in the old value would
  // not be passed on.
  if (T.kind(MRI.getRegClass(V)) != RegKind::Gpr)
    return Register();
  MachineInstr *Inc = nullptr;
  if (D->isPHI()) {
    Inc = increment(*D, L, MRI, T);
  } else if (MachineInstr *Phi = D->getNumExplicitOperands() > 1 &&
                                         D->getOperand(1).isReg() &&
                                         D->getOperand(1).getReg().isVirtual()
                                     ? MRI.getVRegDef(D->getOperand(1).getReg())
                                     : nullptr) {
    if (increment(*Phi, L, MRI, T) == D)
      Inc = D;
  }
  if (!Inc || L.getExitingBlock() != L.getLoopLatch())
    return Register();
  Register Old = Inc->getOperand(1).getReg();
  for (auto I = std::next(Inc->getIterator()); I != Inc->getParent()->end(); ++I)
    if (I->readsVirtualRegister(Old) && !I->isDebugInstr())
      return Register();
  return Inc->getOperand(0).getReg();
}

void CheckPlan::sink(const MachineLoopInfo &MLI, const EdgePlaces &Edges) {
  DenseMap<const MachineLoop *, SmallVector<MachineBasicBlock *, 4>> Exits;
  DenseSet<std::pair<MachineBasicBlock *, Register>> Asked;
  std::vector<Request> Stay;
  for (size_t I = 0; I != Requests.size(); ++I) {
    Request R = Requests[I];
    auto Known = LoopOf.find(R.Block);
    const MachineLoop *L =
        Known != LoopOf.end() ? Known->second : MLI.getLoopFor(R.Block);
    Register V;
    if (L && !leaves(*L))
      V = covering(R, *L);
    if (V) {
      auto [It, New] = Exits.try_emplace(L);
      if (New)
        It->second = exits(*L, Edges);
      if (!It->second.empty()) {
        SmallVector<MachineBasicBlock *, 4> Places = It->second;
        for (MachineBasicBlock *P : Places)
          if (Asked.insert({P, V}).second)
            Requests.push_back({{V, V == R.Value.Reg ? R.Value.Sub : 0,
                                 V == R.Value.Reg ? R.Value.Part : RegRef::All},
                                R.Kind,
                                P,
                                nullptr,
                                R.DL,
                                ~0u - P->getNumber()});
        continue;
      }
    }
    Stay.push_back(R);
  }
  Requests = std::move(Stay);
}

void CheckPlan::emit(Codec &C, ShadowLookup Shadow,
                     function_ref<void(const Request &)> Failed) {
  auto Place = [](const Request &R) {
    return R.After ? std::next(R.After->getIterator())
                   : R.Block->SkipPHIsLabelsAndDebug(R.Block->begin());
  };
  // Values that are dear to compare are compared together.
  MapVector<std::pair<unsigned, unsigned>, SmallVector<const Request *, 4>>
      Together;
  for (const Request &R : Requests) {
    RegKind K = T.kind(MRI.getRegClass(R.Value.Reg));
    if (K == RegKind::FpScalar || K == RegKind::Vec128 || K == RegKind::Vec256) {
      unsigned Bits =
          R.Value.Sub
              ? MRI.getTargetRegisterInfo()->getSubRegIdxSize(R.Value.Sub)
              : MRI.getTargetRegisterInfo()->getRegSizeInBits(
                    *MRI.getRegClass(R.Value.Reg));
      Together[{R.Group, unsigned(K == RegKind::FpScalar) << 16 |
                             unsigned(R.Value.Part) << 12 | Bits}]
          .push_back(&R);
      continue;
    }
    if (!C.check(*R.Block, Place(R), R.DL, R.Kind, R.Value,
                 {Shadow(R.Value.Reg), R.Value.Sub, R.Value.Part}))
      Failed(R);
  }
  for (auto &[Key, Group] : Together) {
    const Request *Last = Group.front();
    SmallVector<std::pair<RegRef, RegRef>, 4> Pairs;
    for (const Request *R : Group) {
      Pairs.push_back(
          {R->Value, {Shadow(R->Value.Reg), R->Value.Sub, R->Value.Part}});
      Last = R; // requests of a group come in program order
    }
    if (!C.checkAll(*Last->Block, Place(*Last), Last->DL, Last->Kind, Pairs))
      for (const Request *R : Group)
        Failed(*R);
  }
}
