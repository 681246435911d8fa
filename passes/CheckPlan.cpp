//===- CheckPlan.cpp - where values are compared --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CheckPlan.h"
#include "Branches.h"
#include "Induction.h"
#include "Options.h"
#include "X86Table.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/CodeGen/MachineLoopInfo.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

CheckPlan::CheckPlan(MachineFunction &MF, uint32_t DroppedChecks)
    : T(X86Table::get(MF)), MRI(MF.getRegInfo()),
      DroppedChecks(DroppedChecks) {}

bool CheckPlan::leaves(const MachineLoop &L) {
  auto [It, New] = LoopLeaves.try_emplace(&L, false);
  if (New)
    for (const MachineBasicBlock *B : L.blocks())
      It->second |= Leaving.count(B) != 0;
  return It->second;
}

SmallVector<MachineBasicBlock *, 4>
CheckPlan::exits(const MachineLoop &L) {
  SmallVector<std::pair<MachineBasicBlock *, MachineBasicBlock *>, 4> Edges;
  for (MachineBasicBlock *B : L.blocks())
    for (MachineBasicBlock *S : B->successors()) {
      // A block made for an edge belongs to no loop; this one leads back in.
      if (L.contains(S) ||
          (S->succ_size() == 1 && L.contains(*S->succ_begin())))
        continue;
      if (!edgeBlock(*B, *S, /*Split=*/false))
        return {};
      Edges.push_back({B, S});
    }
  SmallVector<MachineBasicBlock *, 4> Out;
  for (auto [From, To] : Edges) {
    const MachineLoop *P = L.getParentLoop();
    while (P && !P->contains(To))
      P = P->getParentLoop();
    MachineBasicBlock *Place = edgeBlock(*From, *To, /*Split=*/true);
    LoopOf[Place] = P;
    Out.push_back(Place);
  }
  return Out;
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
    Inc = increment(*D, L);
  } else if (MachineInstr *Phi = D->getNumExplicitOperands() > 1 &&
                                         D->getOperand(1).isReg() &&
                                         D->getOperand(1).getReg().isVirtual()
                                     ? MRI.getVRegDef(D->getOperand(1).getReg())
                                     : nullptr) {
    if (increment(*Phi, L) == D)
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

Register CheckPlan::atStop(Register V, const MachineLoop &L) const {
  MachineInstr *D = MRI.getVRegDef(V);
  if (!L.contains(D->getParent()) || D->isPHI())
    return V;
  return D->getOperand(1).getReg(); // the induction variable before its step
}

void CheckPlan::sink(const MachineLoopInfo &MLI) {
  DenseMap<const MachineLoop *, SmallVector<MachineBasicBlock *, 4>> Exits;
  DenseSet<std::pair<MachineBasicBlock *, Register>> Asked;
  DenseSet<std::pair<MachineInstr *, Register>> AskedAtStop;
  std::vector<Request> Stay;
  for (size_t I = 0; I != Requests.size(); ++I) {
    Request R = Requests[I];
    auto Known = LoopOf.find(R.Block);
    const MachineLoop *L =
        Known != LoopOf.end() ? Known->second : MLI.getLoopFor(R.Block);
    Register V;
    if (L && !leaves(*L) && !(DroppedChecks & KeepSink))
      V = covering(R, *L);
    if (V) {
      auto [It, New] = Exits.try_emplace(L);
      if (New)
        It->second = exits(*L);
      if (!It->second.empty()) {
        SmallVector<MachineBasicBlock *, 4> Places = It->second;
        for (MachineInstr *S : Stops)
          if (L->contains(S->getParent()) &&
              AskedAtStop.insert({S, V}).second) {
            Register W = atStop(V, *L);
            Stay.push_back({{W, W == R.Value.Reg ? R.Value.Sub : 0,
                             W == R.Value.Reg ? R.Value.Part : RegRef::All},
                            R.Kind,
                            S->getParent(),
                            S,
                            R.DL,
                            ~0u - S->getParent()->getNumber()});
          }
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
  if (!(DroppedChecks & KeepGather))
    gather(MLI);
}

std::optional<unsigned> CheckPlan::alike(const Request &R) const {
  const TargetRegisterClass *RC = MRI.getRegClass(R.Value.Reg);
  RegKind K = T.kind(RC);
  if (K != RegKind::FpScalar && K != RegKind::Vec128 && K != RegKind::Vec256)
    return std::nullopt;
  const TargetRegisterInfo &TRI = *MRI.getTargetRegisterInfo();
  unsigned Bits = R.Value.Sub ? TRI.getSubRegIdxSize(R.Value.Sub)
                              : TRI.getRegSizeInBits(*RC);
  return unsigned(K == RegKind::FpScalar) << 16 |
         unsigned(R.Value.Part) << 12 | Bits;
}

void CheckPlan::gather(const MachineLoopInfo &MLI) {
  MapVector<std::pair<const MachineLoop *, unsigned>, Gathered> Found;
  std::vector<Request> Stay;
  for (Request &R : Requests) {
    const MachineLoop *L = MLI.getLoopFor(R.Block);
    auto How = alike(R);
    // What is compared where a region ends inside the loop is not compared in
    // every turn, so a sum made there reaches the end of few.
    bool AtStop = llvm::is_contained(Stops, R.After);
    if (How && L && R.After && !AtStop && L->getNumBlocks() == 1 && !leaves(*L) &&
        (*How & 0xfff) >= 32 && (*How & 0xfff) <= 128 &&
        L->getLoopPreheader()) {
      Gathered &G = Found[{L, *How}];
      G.L = L;
      G.Values.push_back(R);
    } else {
      Stay.push_back(R);
    }
  }
  for (auto &[Key, G] : Found) {
    G.Places = exits(*G.L);
    if (G.Places.empty())
      Stay.insert(Stay.end(), G.Values.begin(), G.Values.end());
    else
      InLoops.push_back(std::move(G));
  }
  Requests = std::move(Stay);
}

bool CheckPlan::emitGathered(Codec &C, ShadowLookup Shadow, const Gathered &G) {
  MachineBasicBlock &B = *G.L->getHeader();
  MachineBasicBlock &Before = *G.L->getLoopPreheader();
  const Request &Last = G.Values.back(); // requests come in program order
  SmallVector<std::pair<RegRef, RegRef>, 4> Pairs;
  for (const Request &R : G.Values)
    Pairs.push_back(
        {R.Value, {Shadow(R.Value.Reg), R.Value.Sub, R.Value.Part}});
  Register Zero = C.nothing(Before, Before.getFirstTerminator(), Last.DL);
  Register Old = MRI.cloneVirtualRegister(Zero);
  Register New = C.gather(B, std::next(Last.After->getIterator()), Last.DL,
                          Pairs, Old);
  if (!New)
    return false;
  const TargetInstrInfo &TII = *B.getParent()->getSubtarget().getInstrInfo();
  MachineInstrBuilder Phi = BuildMI(B, B.begin(), Last.DL,
                                    TII.get(TargetOpcode::PHI), Old);
  for (MachineBasicBlock *P : B.predecessors())
    Phi.addReg(P == &B ? New : Zero).addMBB(P);
  RegRef::PartKind Part = Last.Value.Part;
  unsigned Bits = *alike(Last) & 0xfff;
  if (Part == RegRef::All && Bits < 128)
    Part = Bits == 64 ? RegRef::Low64 : RegRef::Low32;
  auto IsZero = [&](MachineBasicBlock &P, MachineBasicBlock::iterator At,
                    Register Sum) {
    Register None = C.nothing(P, At, Last.DL);
    C.check(P, At, Last.DL, Last.Kind, {Sum, 0, Part}, {None, 0, Part});
  };
  for (MachineBasicBlock *P : G.Places)
    IsZero(*P, P->SkipPHIsLabelsAndDebug(P->begin()), New);
  for (MachineInstr *S : Stops)
    if (S->getParent() == &B)
      IsZero(B, std::next(S->getIterator()), Old);
  return true;
}

void CheckPlan::emit(Codec &C, ShadowLookup Shadow,
                     function_ref<void(const Request &)> Failed) {
  auto Place = [](const Request &R) {
    return R.After ? std::next(R.After->getIterator())
                   : R.Block->SkipPHIsLabelsAndDebug(R.Block->begin());
  };
  for (const Gathered &G : InLoops)
    if (!emitGathered(C, Shadow, G))
      Requests.insert(Requests.end(), G.Values.begin(), G.Values.end());
  // Values that are dear to compare are compared together.
  MapVector<std::pair<unsigned, unsigned>, SmallVector<const Request *, 4>>
      Together;
  for (const Request &R : Requests) {
    if (auto How = alike(R)) {
      Together[{R.Group, *How}].push_back(&R);
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
