//===- Groups.cpp - which uses of a root share its bounds -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Groups.h"
#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"

using namespace llvm;
using namespace crit;

namespace {

// Uses of a root beyond which its bounds are computed once.
const unsigned MostGrouped = 64;

class Grouper {
public:
  Grouper(Function &F, DominatorTree &DT, LoopInfo &LI, BlockFrequencyInfo *BFI)
      : F(F), DT(DT), LI(LI), BFI(BFI) {}
  SmallVector<Group, 16> run(const UseMap &Uses, GroupMap &Map);

private:
  Instruction *placeFor(Value *Root, ArrayRef<Instruction *> At);
  void group(Value *Root, ArrayRef<Instruction *> At, SmallVectorImpl<Group> &Out);

  Function &F;
  DominatorTree &DT;
  LoopInfo &LI;
  BlockFrequencyInfo *BFI; ///< null: one group a root
};

/// Where bounds of Root serve all of At: as low as they dominate all, but out of
/// loops.
Instruction *Grouper::placeFor(Value *Root, ArrayRef<Instruction *> At) {
  BasicBlock *BB = At[0]->getParent();
  for (Instruction *I : At)
    BB = DT.findNearestCommonDominator(BB, I->getParent());
  auto *Def = dyn_cast<Instruction>(Root);
  BasicBlock *Home = Def ? Def->getParent() : &F.getEntryBlock();
  auto Earliest = [&](BasicBlock *B) -> Instruction * {
    Instruction *First = nullptr;
    for (Instruction *I : At)
      if (I->getParent() == B && (!First || I->comesBefore(First)))
        First = I;
    return First;
  };
  BasicBlock *Low = BB;
  while (Loop *L = LI.getLoopFor(BB)) {
    BasicBlock *Pre = L->getLoopPreheader();
    if (L->contains(Home) || !Pre)
      break;
    if (Def && !DT.dominates(Def, Pre->getTerminator()))
      break;
    BB = Pre;
  }
  if (BB != Low)
    return BB->getTerminator();
  // In the block of the first use, right before it.
  if (Instruction *First = Earliest(BB))
    return First;
  return BB->getTerminator();
}

/// Uses in rare branches get bounds there, if that makes them rarer in all.
void Grouper::group(Value *Root, ArrayRef<Instruction *> At,
                    SmallVectorImpl<Group> &Out) {
  Group All{Root, placeFor(Root, At), {At.begin(), At.end()}, {}};
  bool Reachable = llvm::all_of(At, [&](Instruction *I) {
    return DT.isReachableFromEntry(I->getParent());
  });
  if (!BFI || !Reachable || At.size() == 1 || At.size() > MostGrouped) {
    Out.push_back(All);
    return;
  }
  BasicBlock *Common = At[0]->getParent();
  for (Instruction *I : At)
    Common = DT.findNearestCommonDominator(Common, I->getParent());
  DomTreeNode *Top = DT.getNode(Common);
  MapVector<DomTreeNode *, SmallVector<Instruction *, 4>> Below;
  for (Instruction *I : At) {
    DomTreeNode *N = DT.getNode(I->getParent());
    while (N != Top && N->getIDom() != Top)
      N = N->getIDom();
    Below[N].push_back(I);
  }
  SmallVector<Group, 4> Parts;
  uint64_t Sum = 0;
  if (!Below.count(Top)) {
    for (auto &[N, Some] : Below)
      group(Root, Some, Parts);
    for (Group &G : Parts)
      Sum += BFI->getBlockFreq(G.Place->getParent()).getFrequency();
  }
  uint64_t Whole =
      Parts.empty() ? 0 : BFI->getBlockFreq(All.Place->getParent()).getFrequency();
  if (Sum < Whole - Whole / 4)
    Out.append(Parts.begin(), Parts.end());
  else
    Out.push_back(All);
}

SmallVector<Group, 16> Grouper::run(const UseMap &Uses, GroupMap &Map) {
  SmallVector<Group, 16> Out;
  for (auto &[Root, At] : Uses)
    group(Root, At, Out);
  for (unsigned N = 0; N < Out.size(); ++N)
    for (Instruction *I : Out[N].At)
      Map[{Out[N].Root, I}] = N;
  return Out;
}

} // namespace

SmallVector<Group, 16> crit::groupUses(const UseMap &Uses, GroupMap &Map, Function &F,
                                       DominatorTree &DT, LoopInfo &LI,
                                       BlockFrequencyInfo *BFI) {
  return Grouper(F, DT, LI, BFI).run(Uses, Map);
}
