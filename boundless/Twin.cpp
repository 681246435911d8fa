//===- Twin.cpp - a second body for calls that leave their objects --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   p->a  checked              guard: all fields of p in bounds?
//   p->b  checked                   yes |            \ no
//   p->c  checked       ->      p->a, p->b, p->c      the same place in the twin:
//   ...                         ...                   a copy of all that may follow,
//                                                     with every check in it
//
// A failed check redirects its access, so none may be left out because another
// has passed. Behind a guard it may: where one fails, control is in the twin, and
// stays there until the function returns. Guards ask for no more than what will be
// accessed in any case, so that no proper program ever goes there.
//===----------------------------------------------------------------------===//
#include "Checks.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/DomTreeUpdater.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/PostDominators.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/SSAUpdater.h"

using namespace llvm;
using namespace crit;

// Instructions of a function worth doubling.
static const unsigned MaxFunction = 3000;
// Distances beyond are no fields.
static const int64_t MaxField = 1 << 20;

namespace {

/// A guard that will stand before Point.
struct Planned {
  Instruction *Point;
  Value *Root;
  int64_t Low, High;
  uint64_t Aligned;
};

class Twinner {
public:
  Twinner(Function &F, Roots &R, DominatorTree &DT, PostDominatorTree &PDT,
          LoopInfo &LI, BlockFrequencyInfo &BFI)
      : F(F), R(R), DT(DT), PDT(PDT), LI(LI), BFI(BFI) {}
  Twin run(const Work &W);

private:
  bool suits() const;
  bool isField(const Check &C) const;
  Instruction *pointFor(const Check &C) const;
  bool follows(Instruction *I, Instruction *Point) const;
  void plan(const Work &W);
  void clone();
  void repair();

  Function &F;
  Roots &R;
  DominatorTree &DT;
  PostDominatorTree &PDT;
  LoopInfo &LI;
  BlockFrequencyInfo &BFI;
  SmallPtrSet<const Loop *, 8> Affine; ///< Versions.cpp wants them as they are
  SmallVector<Planned, 16> Plan;
  SetVector<BasicBlock *> Doubled;
  SmallPtrSet<BasicBlock *, 32> Blocks; ///< of the twin
  ValueToValueMapTy Map;
  Twin Made;
};

bool Twinner::suits() const {
  if (F.hasOptNone() || F.hasOptSize())
    return false;
  unsigned Size = 0;
  for (BasicBlock &BB : F)
    if (BB.hasAddressTaken())
      return false;
  for (Instruction &I : instructions(F)) {
    auto *CB = dyn_cast<CallBase>(&I);
    auto *A = dyn_cast<AllocaInst>(&I);
    // A merge of two variables on the stack has no size that we know.
    if (++Size > MaxFunction || isa<IndirectBrInst>(I) || isa<CallBrInst>(I) ||
        I.getType()->isTokenTy() || (A && !A->isStaticAlloca()) ||
        (CB && (CB->cannotDuplicate() || CB->isConvergent() ||
                CB->hasFnAttr(Attribute::ReturnsTwice))))
      return false;
  }
  return true;
}

/// At a constant distance from a pointer of which nothing is known.
bool Twinner::isField(const Check &C) const {
  bool Kind = C.Kind == CheckKind::Load || C.Kind == CheckKind::Store ||
              C.Kind == CheckKind::Address || C.Kind == CheckKind::Escape;
  return Kind && !C.Measured && C.Offset && std::abs(*C.Offset) < MaxField &&
         C.Bytes < MaxField && !R.knownSize(C.Root) &&
         !R.declaredSize(C.Root) && !C.At->hasMetadata(LaneMark) &&
         DT.isReachableFromEntry(C.At->getParent());
}

/// In front of loops that make the access in any case.
Instruction *Twinner::pointFor(const Check &C) const {
  BasicBlock *BB = C.At->getParent();
  Instruction *Point = C.At;
  auto *Def = dyn_cast<Instruction>(C.Root);
  while (Loop *L = LI.getLoopFor(BB)) {
    BasicBlock *Pre = L->getLoopPreheader();
    if (!Pre || (Def && !DT.dominates(Def, Pre->getTerminator())) ||
        !PDT.dominates(BB, Pre))
      break;
    BB = Pre;
    Point = Pre->getTerminator();
  }
  return Point;
}

/// I comes in any case once Point has been reached.
bool Twinner::follows(Instruction *I, Instruction *Point) const {
  if (I->getParent() == Point->getParent())
    return I == Point || Point->comesBefore(I);
  return PDT.dominates(I->getParent(), Point->getParent());
}

void Twinner::plan(const Work &W) {
  DenseMap<const BasicBlock *, unsigned> Number;
  for (BasicBlock *BB : ReversePostOrderTraversal<Function *>(&F))
    Number[BB] = Number.size();
  SmallVector<const Check *, 32> Fields; // of W.Checks, so in their blocks' order
  for (const Check &C : W.Checks) {
    Loop *L = LI.getLoopFor(C.At->getParent());
    if (isField(C))
      Fields.push_back(&C);
    else if (L && L->isInnermost() && !C.Offset)
      Affine.insert(L);
  }
  // Dominators first.
  llvm::sort(Fields, [&](const Check *X, const Check *Y) {
    return std::pair(Number.lookup(X->At->getParent()), X) <
           std::pair(Number.lookup(Y->At->getParent()), Y);
  });
  DenseMap<Value *, SmallVector<const Check *, 8>> ByRoot;
  for (const Check *C : Fields)
    ByRoot[C->Root].push_back(C);
  auto Low = [](const Check &C) { return std::min<int64_t>(*C.Offset, 0); };
  // A pointer that leaves has to point to one byte.
  auto High = [](const Check &C) {
    return *C.Offset + std::max<int64_t>(C.Bytes, 1);
  };
  auto Stays = [](const Check &C) {
    return C.Kind == CheckKind::Escape && *C.Offset < 0;
  };
  DenseMap<Value *, SmallVector<unsigned, 4>> Guards;
  uint64_t Saved = 0, Spent = 0;
  for (const Check *C : Fields) {
    auto Covers = [&](unsigned N) {
      const Planned &P = Plan[N];
      return P.Low <= Low(*C) && P.High >= High(*C) &&
             (P.Point == C->At || DT.dominates(P.Point, C->At));
    };
    uint64_t Often = BFI.getBlockFreq(C->At->getParent()).getFrequency();
    if (!llvm::any_of(Guards[C->Root], Covers)) {
      // Pointers to what would come before the first element are made often.
      if (Stays(*C))
        continue;
      Planned P = {pointFor(*C), C->Root, Low(*C), High(*C), alignmentThatDoes(*C)};
      if (Affine.contains(LI.getLoopFor(P.Point->getParent())))
        continue;
      for (const Check *D : ByRoot[C->Root])
        if (!Stays(*D) && follows(D->At, P.Point)) {
          P.Low = std::min(P.Low, Low(*D));
          P.High = std::max(P.High, High(*D));
          P.Aligned = std::max(P.Aligned, alignmentThatDoes(*D));
        }
      if (P.Low < 0 || P.High > int64_t(P.Aligned))
        P.Aligned = 1;
      Guards[C->Root].push_back(Plan.size());
      Plan.push_back(P);
      Spent += BFI.getBlockFreq(P.Point->getParent()).getFrequency();
    }
    Made.Free.insert({C->At, C->Operand});
    Saved += Often;
  }
  uint64_t Entry = BFI.getEntryFreq().getFrequency();
  if (Saved < Spent + Entry)
    Plan.clear();
}

void Twinner::clone() {
  SmallVector<BranchInst *, 16> Before;
  for (Planned &P : Plan) {
    BasicBlock *BB = P.Point->getParent();
    BB->splitBasicBlock(P.Point->getIterator());
    Before.push_back(cast<BranchInst>(BB->getTerminator()));
  }
  for (BranchInst *Br : Before)
    Doubled.insert(Br->getSuccessor(0));
  for (unsigned N = 0; N < Doubled.size(); ++N)
    Doubled.insert_range(successors(Doubled[N]));
  SmallVector<BasicBlock *, 32> Copies;
  for (BasicBlock *BB : Doubled) {
    BasicBlock *Copy = CloneBasicBlock(BB, Map, ".twin", &F);
    Map[BB] = Copy;
    Copies.push_back(Copy);
    Blocks.insert(Copy);
  }
  SmallVector<MDNode *, 4> Scopes;
  identifyNoAliasScopesToClone(Doubled.getArrayRef(), Scopes);
  cloneAndAdaptNoAliasScopes(Scopes, Copies, F.getContext(), "twin");
  remapInstructionsInBlocks(Copies, Map);
  // From blocks that no guard comes before.
  for (BasicBlock *Copy : Copies)
    for (PHINode &PN : Copy->phis())
      for (unsigned N = PN.getNumIncomingValues(); N--;)
        if (!Blocks.contains(PN.getIncomingBlock(N)))
          PN.removeIncomingValue(N, /*DeletePHIIfEmpty=*/false);
  MDNode *Often = MDBuilder(F.getContext()).createBranchWeights(1u << 20, 1);
  for (unsigned N = 0; N < Plan.size(); ++N) {
    BasicBlock *In = Before[N]->getSuccessor(0);
    auto *Br = BranchInst::Create(In, cast<BasicBlock>(Map[In]),
                                  ConstantInt::getTrue(F.getContext()),
                                  Before[N]->getIterator());
    Br->setMetadata(LLVMContext::MD_prof, Often);
    Before[N]->eraseFromParent();
    Made.Guards.push_back(
        {Br, Plan[N].Root, Plan[N].Low, Plan[N].High, Plan[N].Aligned});
  }
}

/// What the twin uses is its own, or that of the first body where it came from.
void Twinner::repair() {
  for (BasicBlock *BB : Doubled)
    for (Instruction &I : *BB) {
      if (I.getType()->isVoidTy())
        continue;
      auto *Copy = cast<Instruction>(Map[&I]);
      auto Known = R.knownSize(&I);
      if (Known)
        R.setKnownSize(Copy, *Known);
      SmallVector<Use *, 8> Uses;
      for (Use &U : Copy->uses()) {
        auto *User = cast<Instruction>(U.getUser());
        auto *PN = dyn_cast<PHINode>(User);
        BasicBlock *In = PN ? PN->getIncomingBlock(U) : User->getParent();
        if (In != Copy->getParent())
          Uses.push_back(&U);
      }
      if (Uses.empty())
        continue;
      SmallVector<PHINode *, 8> Merges;
      SSAUpdater Reaching(&Merges);
      Reaching.Initialize(I.getType(), I.getName());
      // Where control comes from the first body; of no further interest is how it
      // came there. Where I is not known it will be computed before it is used.
      for (const Guard &G : Made.Guards)
        Reaching.AddAvailableValue(G.Branch->getParent(),
                                   DT.dominates(&I, G.Branch)
                                       ? (Value *)&I
                                       : PoisonValue::get(I.getType()));
      Reaching.AddAvailableValue(Copy->getParent(), Copy);
      for (Use *U : Uses)
        Reaching.RewriteUse(*U);
      if (Known)
        for (PHINode *PN : Merges)
          R.setKnownSize(PN, *Known);
    }
}

Twin Twinner::run(const Work &W) {
  if (suits())
    plan(W);
  if (Plan.empty())
    return {};
  clone();
  DT.recalculate(F);
  repair();
  return std::move(Made);
}

} // namespace

Twin crit::makeTwin(const Work &W, Roots &R, Function &F, DominatorTree &DT,
                    PostDominatorTree &PDT, LoopInfo &LI,
                    BlockFrequencyInfo &BFI) {
  return Twinner(F, R, DT, PDT, LI, BFI).run(W);
}

BranchInst *crit::branchBeforeTwin(BranchInst *Br, DomTreeUpdater &DTU,
                                   LoopInfo &LI) {
  BasicBlock *From = Br->getParent();
  BasicBlock *In = Br->getSuccessor(0), *Out = Br->getSuccessor(1);
  auto *BB = BasicBlock::Create(Br->getContext(), "", From->getParent(), Out);
  auto *New = BranchInst::Create(In, Out, Br->getCondition(), BB);
  Br->setSuccessor(1, BB);
  Out->replacePhiUsesWith(From, BB);
  for (PHINode &PN : In->phis())
    PN.addIncoming(PN.getIncomingValueForBlock(From), BB);
  if (Loop *L = LI.getLoopFor(From))
    L->addBasicBlockToLoop(BB, LI);
  DTU.applyUpdates({{DominatorTree::Insert, From, BB},
                    {DominatorTree::Delete, From, Out},
                    {DominatorTree::Insert, BB, In},
                    {DominatorTree::Insert, BB, Out}});
  return New;
}

void crit::dropDeadRoots(Function &F) {
  SmallVector<WeakTrackingVH, 16> All;
  for (BasicBlock &BB : F)
    for (PHINode &PN : BB.phis())
      All.push_back(&PN);
  for (WeakTrackingVH &V : All)
    if (auto *PN = dyn_cast_or_null<PHINode>(V))
      RecursivelyDeleteDeadPHINode(PN);
}
