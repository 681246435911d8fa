//===- Versions.cpp - two versions of loops with affine accesses ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   preheader                      all first and last addresses in bounds?
//       |                                 yes /        \ no
//     loop  (checks inside)   ->   loop without checks   loop with all checks
//       |                                     \        /
//     exit                                      exit
//
// A check in front of the loop cannot redirect the accesses inside: when it
// fails, the second version does, one by one.
//===----------------------------------------------------------------------===//
#include "Checks.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"
#include "llvm/Transforms/Utils/LoopUtils.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;
using namespace crit;

// Instructions of a loop worth doubling.
static const unsigned MaxLoop = 400;
static const unsigned MaxVersions = 24;

namespace {

class Versioner {
public:
  Versioner(Work &W, Roots &R, Function &F, DominatorTree &DT, LoopInfo &LI,
            ScalarEvolution &SE)
      : W(W), R(R), F(F), DT(DT), LI(LI), SE(SE),
        Expander(SE, "crit", /*PreserveLCSSA=*/false) {}
  void run();

private:
  bool suits(Loop &L) const;
  bool rootsLeave(Loop &L) const;
  std::optional<LoopRange> rangeOf(const Check &C, Loop &L, const SCEV *Count);
  void version(Loop &L);
  void clone(Loop &L, const SmallPtrSetImpl<Instruction *> &Free,
             LoopVersion &V);

  Work &W;
  Roots &R;
  Function &F;
  DominatorTree &DT;
  LoopInfo &LI;
  ScalarEvolution &SE;
  SCEVExpander Expander;
};

bool Versioner::suits(Loop &L) const {
  if (!L.isInnermost() || !L.isLoopSimplifyForm() || !L.isSafeToClone())
    return false;
  unsigned Size = 0;
  for (BasicBlock *BB : L.blocks()) {
    Size += BB->size();
    if (BB->isEHPad() || isa<InvokeInst>(BB->getTerminator()))
      return false;
  }
  return Size <= MaxLoop;
}

/// A check behind the loop uses a root from inside: there would be two of it.
bool Versioner::rootsLeave(Loop &L) const {
  auto Leaves = [&](Value *Root, Instruction *At) {
    auto *I = dyn_cast<Instruction>(Root);
    return I && L.contains(I) && !L.contains(At);
  };
  return llvm::any_of(W.Checks,
                      [&](const Check &C) { return Leaves(C.Root, C.At); }) ||
         llvm::any_of(W.Decodes,
                      [&](const Decode &D) { return Leaves(D.Root, D.At); });
}

/// A quotient cannot be computed anew, for the divisor may be zero: the one that
/// the function has computed already is taken.
struct Quotients : SCEVRewriteVisitor<Quotients> {
  Quotients(ScalarEvolution &SE, DominatorTree &DT, Instruction *At)
      : SCEVRewriteVisitor(SE), DT(DT), At(At) {}
  const SCEV *visitUDivExpr(const SCEVUDivExpr *E) {
    if (!isa<SCEVConstant>(E->getRHS()))
      for (Instruction &I : instructions(At->getFunction()))
        if (I.getOpcode() == Instruction::UDiv && SE.getSCEV(&I) == E &&
            DT.dominates(&I, At))
          return SE.getUnknown(&I);
    // An unrolled loop counts in halves of a quotient.
    return SCEVRewriteVisitor::visitUDivExpr(E);
  }
  DominatorTree &DT;
  Instruction *At;
};

/// First and last address, if they are known in front of the loop.
std::optional<LoopRange> Versioner::rangeOf(const Check &C, Loop &L,
                                            const SCEV *Count) {
  auto *RootDef = dyn_cast<Instruction>(C.Root);
  if (C.Kind == CheckKind::Escape || C.Measured || C.Bytes > 16 * 4 ||
      C.At->hasMetadata(LaneMark) ||
      (RootDef && L.contains(RootDef)) || !SE.isSCEVable(C.pointer()->getType()))
    return std::nullopt;
  const SCEV *P = SE.getSCEV(C.pointer());
  BasicBlock *Pre = L.getLoopPreheader();
  // The sum of what does not change, what moves evenly, and what is small.
  SmallVector<const SCEV *, 4> Parts;
  if (auto *Sum = dyn_cast<SCEVAddExpr>(P))
    append_range(Parts, Sum->operands());
  else
    Parts.push_back(P);
  SmallVector<const SCEV *, 4> Low, High;
  bool Moves = false;
  for (const SCEV *X : Parts) {
    if (SE.isLoopInvariant(X, &L)) {
      Low.push_back(X);
      High.push_back(X);
      continue;
    }
    auto *AR = dyn_cast<SCEVAddRecExpr>(X);
    auto *Step = AR && AR->getLoop() == &L && AR->isAffine()
                     ? dyn_cast<SCEVConstant>(AR->getStepRecurrence(SE))
                     : nullptr;
    // Small enough that no product with a size wraps around.
    if (Step && Step->getAPInt().getSignificantBits() <= 24 && !Moves) {
      const SCEV *Begin = AR->getStart();
      const SCEV *End = AR->evaluateAtIteration(Count, SE);
      bool Down = Step->getAPInt().isNegative();
      Low.push_back(Down ? End : Begin);
      High.push_back(Down ? Begin : End);
      Moves = true;
      continue;
    }
    ConstantRange Range = SE.getUnsignedRange(X);
    if (X->getType()->isPointerTy() || Range.getUnsignedMax().getActiveBits() > 24)
      return std::nullopt;
    Low.push_back(SE.getConstant(Range.getUnsignedMin()));
    High.push_back(SE.getConstant(Range.getUnsignedMax()));
  }
  const SCEV *First = SE.getAddExpr(Low), *Last = SE.getAddExpr(High);
  Instruction *At = Pre->getTerminator();
  if (!Expander.isSafeToExpandAt(First, At) ||
      !Expander.isSafeToExpandAt(Last, At))
    return std::nullopt;
  if (RootDef && !DT.dominates(RootDef, At))
    return std::nullopt;
  LoopRange Out;
  Out.Root = C.Root;
  Out.Bytes = C.Bytes;
  Out.Moves = Moves;
  Type *Ty = C.pointer()->getType();
  Out.First = Expander.expandCodeFor(First, Ty, At);
  Out.Last = Expander.expandCodeFor(Last, Ty, At);
  return Out;
}

void Versioner::clone(Loop &L, const SmallPtrSetImpl<Instruction *> &Free,
                      LoopVersion &V) {
  BasicBlock *Ask = L.getLoopPreheader();
  BasicBlock *Pre = SplitBlock(Ask, Ask->getTerminator(), &DT, &LI);
  ValueToValueMapTy Map;
  SmallVector<BasicBlock *, 8> Blocks;
  SmallVector<BasicBlock *, 4> Exits;
  L.getUniqueExitBlocks(Exits);
  Loop *Slow =
      cloneLoopWithPreheader(Pre, Ask, &L, Map, ".checked", &LI, &DT, Blocks);
  remapInstructionsInBlocks(Blocks, Map);
  for (BasicBlock *Exit : Exits)
    for (PHINode &PN : Exit->phis())
      for (unsigned N = 0, E = PN.getNumIncomingValues(); N < E; ++N) {
        BasicBlock *From = PN.getIncomingBlock(N);
        if (!L.contains(From))
          continue;
        Value *In = PN.getIncomingValue(N);
        auto It = Map.find(In);
        PN.addIncoming(It == Map.end() ? In : (Value *)It->second,
                       cast<BasicBlock>(Map[From]));
      }
  Instruction *Old = Ask->getTerminator();
  V.Branch = BranchInst::Create(
      Pre, Slow->getLoopPreheader(),
      ConstantInt::getTrue(F.getContext()),
      Old->getIterator());
  V.Branch->setMetadata(
      LLVMContext::MD_prof,
      MDBuilder(F.getContext()).createBranchWeights(1u << 20, 1));
  Old->eraseFromParent();
  DT.recalculate(F);
  // The copy is checked in full; of the original what the ranges do not say.
  auto Mapped = [&](Value *X) -> Value * {
    auto It = X ? Map.find(X) : Map.end();
    return It == Map.end() ? X : (Value *)It->second;
  };
  std::vector<Check> Checks;
  for (Check &C : W.Checks) {
    if (L.contains(C.At)) {
      Check Copy = C;
      Copy.At = cast<Instruction>(Mapped(C.At));
      Copy.Root = Mapped(C.Root);
      if (auto Size = R.knownSize(C.Root); Size && Copy.Root != C.Root)
        R.setKnownSize(Copy.Root, *Size);
      Checks.push_back(Copy);
      if (Free.count(C.At) && C.Kind != CheckKind::Escape) {
        if (C.Kind == CheckKind::Whole)
          requireWhole(C, ConstantInt::getTrue(F.getContext()));
        continue;
      }
    }
    Checks.push_back(C);
  }
  W.Checks = std::move(Checks);
  SmallVector<Decode, 8> Decodes;
  for (Decode &D : W.Decodes) {
    if (L.contains(D.At)) {
      Decodes.push_back({cast<Instruction>(Mapped(D.At)), D.Operand,
                         Mapped(D.Root)});
      // The loop's end was compared with to count its rounds: it is in bounds.
      bool Ends = false;
      for (User *U : D.At->users())
        Ends |= isa<BranchInst>(U) && L.isLoopExiting(cast<Instruction>(U)->getParent());
      if (Ends && V.Exact)
        continue;
    }
    Decodes.push_back(D);
  }
  W.Decodes = std::move(Decodes);
}

void Versioner::version(Loop &L) {
  if (llvm::none_of(W.Checks, [&](Check &C) { return !C.Slow && L.contains(C.At); }))
    return;
  if (!suits(L) || rootsLeave(L))
    return;
  const SCEV *Count = SE.getBackedgeTakenCount(&L);
  LoopVersion V;
  V.Exact = !isa<SCEVCouldNotCompute>(Count);
  if (!V.Exact)
    Count = SE.getSymbolicMaxBackedgeTakenCount(&L);
  Type *I64 = Type::getInt64Ty(F.getContext());
  if (isa<SCEVCouldNotCompute>(Count) ||
      SE.getTypeSizeInBits(Count->getType()) > 64)
    return;
  if (auto *N = dyn_cast<SCEVConstant>(Count); N && N->getAPInt().ult(4))
    return;
  Count = SE.getNoopOrZeroExtend(Count, I64);
  Instruction *At = L.getLoopPreheader()->getTerminator();
  Count = Quotients(SE, DT, At).visit(Count);
  if (!Expander.isSafeToExpandAt(Count, At))
    return;
  SmallPtrSet<Instruction *, 16> Free;
  SmallPtrSet<Value *, 4> Rooted;
  SmallPtrSet<const Check *, 16> Ranged;
  for (Check &C : W.Checks)
    if (L.contains(C.At))
      if (auto Range = rangeOf(C, L, Count)) {
        V.Ranges.push_back(*Range);
        Free.insert(C.At);
        Ranged.insert(&C);
        Rooted.insert(C.Root);
      }
  // Both operands of a copy are one instruction: all or nothing.
  for (Check &C : W.Checks)
    if (L.contains(C.At) && C.Kind != CheckKind::Escape && !Ranged.count(&C))
      Free.erase(C.At);
  if (Free.empty())
    return;
  V.Count = Expander.expandCodeFor(Count, I64, At);
  // A compare's end that is in the window makes the count absurd only when the
  // other side is one of the roots we check.
  for (Decode &D : W.Decodes)
    if (L.contains(D.At)) {
      bool Known = Rooted.count(D.Root);
      for (Decode &E : W.Decodes)
        Known |= E.At == D.At && Rooted.count(E.Root);
      V.Exact &= Known;
    }
  SE.forgetLoop(&L);
  clone(L, Free, V);
  W.Versions.push_back(V);
}

void Versioner::run() {
  SmallVector<Loop *, 16> All;
  for (Loop *L : LI.getLoopsInPreorder())
    if (L->isInnermost())
      All.push_back(L);
  // Those that run most, if not all of them can be doubled.
  unsigned Deepest = 0;
  for (Loop *L : All)
    Deepest = std::max(Deepest, L->getLoopDepth());
  for (unsigned Depth = Deepest; Depth; --Depth)
    for (Loop *L : All)
      if (L->getLoopDepth() == Depth && W.Versions.size() < MaxVersions)
        version(*L);
}

} // namespace

void crit::prepareLoops(Function &F, DominatorTree &DT, LoopInfo &LI,
                        ScalarEvolution &SE) {
  if (F.hasOptNone() || F.hasOptSize())
    return;
  for (Loop *L : LI) {
    simplifyLoop(L, &DT, &LI, &SE, nullptr, nullptr, /*PreserveLCSSA=*/false);
    formLCSSARecursively(*L, DT, &LI, &SE);
  }
}

void crit::versionLoops(Work &W, Roots &R, Function &F, DominatorTree &DT,
                        LoopInfo &LI, ScalarEvolution &SE) {
  if (!F.hasOptNone() && !F.hasOptSize())
    Versioner(W, R, F, DT, LI, SE).run();
}
