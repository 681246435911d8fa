//===- Carried.cpp - bounds that travel with their pointer ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A table that grows has another address, and other bounds, once in a long while.
// Bounds say where a pointer's slot is, which is the same at all times.
//===----------------------------------------------------------------------===//
#include "Carried.h"
#include "Roots.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"

using namespace llvm;
using namespace crit;

/// Merges beyond which nobody carries two values along.
constexpr unsigned MaxMerges = 8;
/// How much more rarely the leaves have to come.
constexpr unsigned Gain = 2;

static unsigned firstOperand(const Instruction &Merge) {
  return isa<PHINode>(Merge) ? 0 : 1; // behind the condition
}

/// Bounds of a merge of roots whose own are there already: return p, or null.
bool crit::mergeBounds(Group &G, ArrayRef<Group> Bounded, const DominatorTree &DT) {
  auto *Merge = cast<Instruction>(G.Root);
  auto *PN = dyn_cast<PHINode>(Merge);
  Type *I64 = Type::getInt64Ty(Merge->getContext());
  SmallVector<Bounds, 4> In;
  for (unsigned N = 0, End = PN ? PN->getNumIncomingValues() : 2; N < End; ++N) {
    Value *V = PN ? PN->getIncomingValue(N) : Merge->getOperand(N + 1);
    Instruction *Last = PN ? PN->getIncomingBlock(N)->getTerminator() : Merge;
    Bounds Found;
    if (isa<ConstantPointerNull>(V)) { // what the table says of page zero
      Found.Base = ConstantInt::get(I64, 0);
      Found.Size = Constant::getAllOnesValue(I64);
    }
    for (const Group &Other : Bounded)
      if (Other.Root == V && V != G.Root && Other.Made.Base && !Other.Slow &&
          DT.dominates(Other.Made.Base, Last))
        Found = Other.Made;
    if (!Found.Base)
      return false;
    In.push_back(Found);
  }
  IRBuilder<> B(Merge->getParent(), PN ? Merge->getIterator()
                                       : std::next(Merge->getIterator()));
  auto Make = [&](Value *Bounds::*Part) -> Value * {
    if (!PN)
      return B.CreateSelect(Merge->getOperand(0), In[0].*Part, In[1].*Part);
    PHINode *New = B.CreatePHI(I64, PN->getNumIncomingValues());
    for (unsigned N = 0; N < In.size(); ++N)
      New->addIncoming(In[N].*Part, PN->getIncomingBlock(N));
    return New;
  };
  G.Made.Base = Make(&Bounds::Base);
  G.Made.Size = Make(&Bounds::Size);
  G.Made.Asked = true;
  return true;
}

std::optional<CarriedWeb> crit::findWeb(const Group &G, ArrayRef<Group> Bounded,
                                        LoopInfo &LI, BlockFrequencyInfo *BFI) {
  auto *First = dyn_cast<Instruction>(G.Root);
  Loop *L = First && isMerge(First) ? LI.getLoopFor(First->getParent()) : nullptr;
  BasicBlock *Pre = L ? L->getLoopPreheader() : nullptr;
  if (!Pre || !BFI || G.Slow)
    return std::nullopt;
  CarriedWeb W;
  SmallSetVector<Instruction *, 4> Merges;
  Merges.insert(First);
  for (unsigned N = 0; N < Merges.size(); ++N)
    for (unsigned Op = firstOperand(*Merges[N]); Op < Merges[N]->getNumOperands(); ++Op) {
      Value *V = Merges[N]->getOperand(Op);
      auto *I = dyn_cast<Instruction>(V);
      bool Inside = I && L->contains(I);
      if (isa<ConstantPointerNull>(V))
        continue;
      if (Inside && isMerge(I))
        Merges.insert(I);
      else if (Inside && !I->isTerminator())
        W.Leaves.insert({V, I->getNextNode()});
      else if (!Inside && (I || isa<Argument>(V)) && !isa<AllocaInst>(V))
        W.Leaves.insert({V, Pre->getTerminator()});
      else
        return std::nullopt;
    }
  auto Often = [&](const Instruction *Place) {
    return BFI->getBlockFreq(Place->getParent()).getFrequency();
  };
  uint64_t Of = 0, OfLeaves = 0;
  for (auto &[V, Place] : W.Leaves)
    OfLeaves += Often(Place);
  for (const Group &Other : Bounded)
    if (auto *Root = dyn_cast<Instruction>(Other.Root);
        Root && !Other.Slow && Merges.contains(Root))
      Of += Often(Other.Place);
  if (Merges.size() > MaxMerges || OfLeaves > Of / Gain)
    return std::nullopt;
  W.Merges = Merges.takeVector();
  return W;
}

DenseMap<Value *, Bounds>
crit::carryBounds(const CarriedWeb &W,
                  function_ref<Bounds(Value *, Instruction *)> Make) {
  DenseMap<Value *, Bounds> Of, Merged;
  for (auto &[V, Place] : W.Leaves)
    Of[V] = Make(V, Place);
  auto *I64 = Type::getInt64Ty(W.Merges[0]->getContext());
  // All merges before any gets its values: they refer to each other.
  for (Instruction *M : W.Merges) {
    auto New = [&]() -> Value * {
      auto At = isa<PHINode>(M) ? M->getIterator() : std::next(M->getIterator());
      IRBuilder<> B(M->getParent(), At);
      if (auto *PN = dyn_cast<PHINode>(M))
        return B.CreatePHI(I64, PN->getNumIncomingValues());
      Value *Zero = ConstantInt::get(I64, 0);
      return B.Insert(SelectInst::Create(M->getOperand(0), Zero, Zero));
    };
    Of[M].Base = New();
    Of[M].Size = New();
    Of[M].Asked = true;
  }
  auto Fill = [&](Instruction *M, Value *Bounds::*Part, Constant *OfNull) {
    for (unsigned Op = firstOperand(*M); Op < M->getNumOperands(); ++Op) {
      auto It = Of.find(M->getOperand(Op));
      Value *V = It == Of.end() ? OfNull : It->second.*Part;
      if (auto *PN = dyn_cast<PHINode>(Of[M].*Part))
        PN->addIncoming(V, cast<PHINode>(M)->getIncomingBlock(Op));
      else
        cast<User>(Of[M].*Part)->setOperand(Op, V);
    }
  };
  for (Instruction *M : W.Merges) { // null: what the table says of page zero
    Fill(M, &Bounds::Base, ConstantInt::get(I64, 0));
    Fill(M, &Bounds::Size, Constant::getAllOnesValue(I64));
    Merged[M] = Of[M];
  }
  return Merged;
}
