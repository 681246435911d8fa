//===- Unrolling.cpp - two turns of small hardened loops in one -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   loop: work(i)              loop: work(i); work(i + 1)
//         i += 1                     i += 2
//         i != n ? loop              i != n - n % 2 ? loop
//                              rest: work(i) if n is odd
//
// Before hardening, so that the checks are those of the unrolled loop. A loop
// whose turns nobody can count keeps all its exits. Numbers: docs/RESULTS.md.
//===----------------------------------------------------------------------===//
#include "Unrolling.h"
#include "FunctionPolicy.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Transforms/Scalar/LoopUnrollPass.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace llvm;
using namespace crit;

/// Turns that become one. With four everywhere sha256 and word_count got slower
/// again; the few instructions of a search are the ones that gain by them.
constexpr unsigned Turns = 2, TurnsOfSmall = 4;
constexpr unsigned SmallSize = 12;
/// Instructions of a turn. Larger ones need more registers than they save
/// instructions (linear_regression 1.95 -> 2.12 times plain with 60).
constexpr unsigned MaxSize = 30;
/// Loops further inside are entered more often than pays (sort 1.26 -> 1.33).
constexpr unsigned MaxDepth = 2;
/// Vector loops run over whole rows. What they store is logged and compared as
/// one piece of up to 64 bytes (matrix_multiply 2.95 -> 2.52 times plain).
constexpr unsigned MaxVectorDepth = 3;

static bool isVectorized(const Loop &L) {
  return getBooleanLoopAttribute(&L, "llvm.loop.isvectorized");
}

/// The vectorizer asks that its loops, whose turns are already several, are left
/// as they are. Returns false if the user asked for it.
static bool allowUnrolling(Loop &L) {
  constexpr const char Asked[] = "llvm.loop.unroll.runtime.disable";
  if (hasUnrollTransformation(&L) != TM_Unspecified)
    return false;
  if (MDNode *Id = L.getLoopID())
    L.setLoopID(makePostTransformationMetadata(Id->getContext(), Id, {Asked}, {}));
  return true;
}

bool crit::loadsAgain(const Loop &L, ScalarEvolution &SE) {
  SmallVector<std::pair<const SCEVAddRecExpr *, Type *>, 8> Places;
  for (Instruction &I : *L.getHeader())
    if (auto *Load = dyn_cast<LoadInst>(&I))
      if (const auto *A = dyn_cast<SCEVAddRecExpr>(SE.getSCEV(Load->getPointerOperand()));
          A && A->getLoop() == &L && A->isAffine())
        Places.push_back({A, Load->getType()});
  return any_of(Places, [&](auto A) {
    return any_of(Places, [&](auto B) {
      return A.second == B.second &&
             SE.getMinusSCEV(A.first, B.first) == A.first->getStepRecurrence(SE);
    });
  });
}

/// How many turns of L are to become one, or 0.
static unsigned turns(const Loop &L, ScalarEvolution &SE) {
  unsigned Deep = isVectorized(L) ? MaxVectorDepth : MaxDepth;
  if (!L.isInnermost() || L.getLoopDepth() > Deep || L.getNumBlocks() != 1)
    return 0;
  unsigned Size = 0;
  bool Special = false, Stores = false, Vectors = false, Chooses = false;
  for (const Instruction &I : *L.getHeader()) {
    if (I.isDebugOrPseudoInst())
      continue;
    if (isa<CallBase>(I) && !isa<IntrinsicInst>(I))
      return 0;
    Vectors |= I.getType()->isVectorTy();
    Special |= isa<SelectInst>(I) || isa<IntrinsicInst>(I);
    Chooses |= isa<SelectInst>(I);
    Stores |= isa<StoreInst>(I);
    ++Size;
  }
  // What the vectorizer leaves for the end takes few turns.
  if (Size > MaxSize || Vectors != isVectorized(L))
    return 0;
  if (Vectors)
    return Stores ? Turns : 0;
  if (!Special)
    return Size <= SmallSize ? TurnsOfSmall : Turns;
  // The best of many: registers hold it, the loop itself needs few.
  if (Chooses && !Stores && Size > SmallSize)
    return TurnsOfSmall;
  // What rotates or chooses and then stores may be a filter of characters, a word
  // at a time: the odd turn costs more than is saved (string_match 1.42 -> 1.54).
  bool Short = Stores && !SE.getSmallConstantTripCount(&L);
  return Size <= SmallSize || Short ? 0 : Turns;
}

namespace {

class UnrollingPass : public PassInfoMixin<UnrollingPass> {
public:
  explicit UnrollingPass(OptimizationLevel Level) : Level(Level) {}
  PreservedAnalyses run(Function &F, FunctionAnalysisManager &AM) {
    if (modeOf(F).Mode == CRIT_MODE_NONE || F.hasOptSize() ||
        boundsOf(F) != BoundsMode::None)
      return PreservedAnalyses::all();
    bool Any = false;
    auto &SE = AM.getResult<ScalarEvolutionAnalysis>(F);
    for (Loop *L : AM.getResult<LoopAnalysis>(F).getLoopsInPreorder())
      // Those of haft are unrolled when it is known which arrays are apart.
      if (unsigned N = turns(*L, SE);
          N && !(recovers(F) && loadsAgain(*L, SE)) && allowUnrolling(*L)) {
        addStringMetadataToLoop(L, "llvm.loop.unroll.count", N);
        Any = true;
      }
    if (!Any)
      return PreservedAnalyses::all();
    return LoopUnrollPass(LoopUnrollOptions(Level.getSpeedupLevel(),
                                            /*OnlyWhenForced=*/true))
        .run(F, AM);
  }

private:
  OptimizationLevel Level;
};

} // namespace

void crit::registerUnrolling(PassBuilder &PB) {
  PB.registerVectorizerEndEPCallback(
      [](FunctionPassManager &FPM, OptimizationLevel Level) {
        if (Level == OptimizationLevel::O2 || Level == OptimizationLevel::O3)
          FPM.addPass(UnrollingPass(Level));
      });
}
