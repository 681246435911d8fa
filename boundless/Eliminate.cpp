//===- Eliminate.cpp - checks that need not be made -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A check that fails redirects its access, so "an earlier check has passed" is
// no reason to leave one out: it may have failed and the program went on. What
// can be shared is the address the earlier one arrived at.
//===----------------------------------------------------------------------===//
#include "Checks.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;
using namespace crit;

/// The distance from a variable of known size stays inside for every value the
/// index can have.
static bool alwaysInside(const Check &C, Roots &R, ScalarEvolution &SE) {
  auto Size = R.knownSize(C.Root);
  if (!Size)
    Size = R.declaredSize(C.Root);
  uint64_t Bytes = C.Bytes;
  if (Size && C.Measured)
    Bytes = SE.getUnsignedRangeMax(SE.getSCEV(lengthOf(*cast<CallBase>(C.At))))
                .getLimitedValue();
  if (!Size || Bytes > *Size)
    return false;
  Value *P = C.pointer();
  if (!SE.isSCEVable(P->getType()) || !SE.isSCEVable(C.Root->getType()))
    return false;
  const SCEV *D = SE.getMinusSCEV(SE.getSCEV(P), SE.getSCEV(C.Root));
  if (isa<SCEVCouldNotCompute>(D))
    return false;
  return SE.getSignedRangeMin(D).isNonNegative() &&
         SE.getUnsignedRangeMax(D).ule(*Size - Bytes);
}

/// One of two constant distances from the root: p->flag ? &p->a : &p->b. A field
/// to the policy, whichever of the two it is.
static bool isEitherField(const Check &C, Roots &R, ScalarEvolution &SE) {
  Value *P = C.pointer();
  // Cursors step; what is allocated right here may be too small for both.
  if (C.Measured || C.Offset || R.knownSize(C.Root) || isCursor(*C.At, C.Root) ||
      isa<CallBase>(C.Root) || !SE.isSCEVable(P->getType()) || !SE.isSCEVable(C.Root->getType()))
    return false;
  const SCEV *D = SE.getMinusSCEV(SE.getSCEV(P), SE.getSCEV(C.Root));
  if (isa<SCEVCouldNotCompute>(D))
    return false;
  ConstantRange Range = SE.getSignedRange(D);
  APInt Low = Range.getSignedMin(), Span = Range.getSignedMax() - Low;
  if (Low.isNegative() || Low.getActiveBits() > 31 || Span.isZero() ||
      !Span.isPowerOf2())
    return false;
  // Nothing between the two.
  const SCEV *Above = SE.getAddExpr(D, SE.getConstant(-Low));
  if (SE.getMinTrailingZeros(Above) < Span.logBase2())
    return false;
  // As for one field: its address has to be that of a word.
  return C.Kind != CheckKind::Escape ||
         (Low.countr_zero() >= 2 && Span.logBase2() >= 2);
}

Instruction *crit::splitWhole(Instruction *At) {
  // The condition comes when the bounds are there.
  IRBuilder<> B(At);
  Value *Open = B.CreateFreeze(PoisonValue::get(B.getInt1Ty()), "crit.whole");
  Instruction *Fast, *Slow;
  MDNode *Often = MDBuilder(At->getContext()).createBranchWeights(1u << 20, 1);
  SplitBlockAndInsertIfThenElse(Open, At->getIterator(), &Fast, &Slow, Often);
  At->moveBefore(Fast->getIterator());
  At->setMetadata(SplitMark, MDNode::get(At->getContext(), {}));
  return Slow;
}

void crit::requireWhole(const Check &C, Value *Inside) {
  auto *Br = cast<BranchInst>(wholeBefore(C));
  auto *Open = dyn_cast<FreezeInst>(Br->getCondition());
  Br->setCondition(Open ? Inside
                        : IRBuilder<>(Br).CreateAnd(Br->getCondition(), Inside));
  if (Open && Open->use_empty())
    Open->eraseFromParent();
}

Instruction *crit::wholeBefore(const Check &C) {
  return C.At->getParent()->getSinglePredecessor()->getTerminator();
}

void crit::eliminate(Work &W, Roots &R, Function &F, DominatorTree &DT,
                     LoopInfo &LI, ScalarEvolution &SE, bool Strict) {
  llvm::erase_if(W.Checks, [&](const Check &C) {
    bool Inside =
        alwaysInside(C, R, SE) || (!Strict && isEitherField(C, R, SE));
    if (Inside && C.Kind == CheckKind::Whole)
      requireWhole(C, ConstantInt::getTrue(F.getContext()));
    return Inside;
  });
}

void crit::shareAddresses(Work &W, DominatorTree &DT) {
  // Same address, already checked on every way here.
  DenseMap<Value *, SmallVector<Check *, 4>> Earlier;
  for (Check &C : W.Checks) {
    if (C.Kind == CheckKind::Whole)
      continue;
    Value *P = C.pointer();
    auto &List = Earlier[P];
    for (Check *E : List)
      if (E->Root == C.Root && E->Bytes >= C.Bytes && E->At != C.At &&
          E->Slow == C.Slow &&
          DT.dominates(E->At, C.At)) {
        C.Leader = E;
        E->Leads = true;
        break;
      }
    if (!C.Leader && C.Kind != CheckKind::Escape)
      List.push_back(&C);
  }
}
