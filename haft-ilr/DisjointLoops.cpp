//===- DisjointLoops.cpp - arrays found apart when a loop begins ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A store that may overwrite what its region has read goes to the undo log. Where
// only the compiler does not know whether two arrays overlap, the program can find
// out before the loop, once:
//
//   loop:  x = load [a + i]          before: ranges of a and b apart?
//          store [b + i], f(x)          yes -> loop, loads and stores with scopes
//                                              that say so: one region, no log
//                                       no  -> the loop as it was: with a log
//
// Of such a loop that loads again what the turn before has loaded, two turns become one,
// and the second copies of that are taken from registers: loads are done twice in hardened
// code, and the CPU does two or three a cycle.
//
// What the scopes say holds for one execution of the loop; Regions.cpp begins a
// region in front of it. Loops made idempotent by versioning: de Kruijf,
// Sankaralingam, Jha, 10.1145/2254064.2254120.
//===----------------------------------------------------------------------===//
#include "DisjointLoops.h"
#include "FunctionPolicy.h"
#include "Unrolling.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/LoopAccessAnalysis.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include "llvm/Transforms/Scalar/GVN.h"
#include "llvm/Transforms/Scalar/LoopUnrollPass.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"
#include "llvm/Transforms/Utils/LoopUtils.h"
#include "llvm/Transforms/Utils/LoopVersioning.h"

using namespace llvm;
using namespace crit;

/// More comparisons of ranges than this cost more than a log.
constexpr unsigned MaxChecks = 12;
/// Turns, if known, below which asking does not pay.
constexpr unsigned FewTurns = 8;
/// Instructions of a turn that is made twice.
constexpr unsigned MaxTwice = 50;

/// Some store of L may overwrite what L reads, and only arrays with other names.
static bool isWorthwhile(const Loop &L, AAResults &Results) {
  SmallVector<const LoadInst *, 8> Loads;
  SmallVector<const StoreInst *, 4> Stores;
  for (const BasicBlock *BB : L.blocks())
    for (const Instruction &I : *BB) {
      if (!I.mayReadOrWriteMemory())
        continue;
      const auto *Load = dyn_cast<LoadInst>(&I);
      const auto *Store = dyn_cast<StoreInst>(&I);
      if ((!Load || !Load->isSimple()) && (!Store || !Store->isSimple()))
        return false;
      if (Load)
        Loads.push_back(Load);
      else
        Stores.push_back(Store);
    }
  BatchAAResults AA(Results);
  AA.enableCrossIterationMode();
  return llvm::any_of(Stores, [&](const StoreInst *S) {
    bool Unknown = false;
    for (const LoadInst *Load : Loads) {
      if (AA.isNoAlias(MemoryLocation::get(S), MemoryLocation::get(Load)))
        continue;
      if (getUnderlyingObject(S->getPointerOperand()) ==
          getUnderlyingObject(Load->getPointerOperand()))
        return false;
      Unknown = true;
    }
    return Unknown;
  });
}

PreservedAnalyses DisjointLoopsPass::run(Function &F,
                                         FunctionAnalysisManager &AM) {
  if (F.isDeclaration() || !recovers(F) || F.hasOptNone() || F.hasOptSize())
    return PreservedAnalyses::all();
  LoopInfo &LI = AM.getResult<LoopAnalysis>(F);
  SmallVector<Loop *, 8> Inner;
  for (Loop *L : LI.getLoopsInPreorder())
    if (L->isInnermost())
      Inner.push_back(L);
  if (Inner.empty())
    return PreservedAnalyses::all();
  AAResults &AA = AM.getResult<AAManager>(F);
  DominatorTree &DT = AM.getResult<DominatorTreeAnalysis>(F);
  ScalarEvolution &SE = AM.getResult<ScalarEvolutionAnalysis>(F);
  AssumptionCache &AC = AM.getResult<AssumptionAnalysis>(F);
  LoopAccessInfoManager &Accesses = AM.getResult<LoopAccessAnalysis>(F);
  bool Changed = false, Twice = false;
  for (Loop *L : Inner) {
    if (!L->isRotatedForm() || !L->getExitingBlock() ||
        getBooleanLoopAttribute(L, "llvm.loop.isvectorized") ||
        !isWorthwhile(*L, AA))
      continue;
    Changed |= simplifyLoop(L, &DT, &LI, &SE, &AC, /*MSSAU=*/nullptr,
                            /*PreserveLCSSA=*/false);
    if (!L->isLoopSimplifyForm() || !L->getExitBlock())
      continue;
    if (unsigned Turns = SE.getSmallConstantTripCount(L))
      if (Turns < FewTurns)
        continue;
    const LoopAccessInfo &Info = Accesses.getInfo(*L);
    unsigned Checks = Info.getNumRuntimePointerChecks();
    if (!Info.canVectorizeMemory() || Info.hasConvergentOp() || !Checks ||
        Checks > MaxChecks || !Info.getPSE().getPredicate().isAlwaysTrue())
      continue;
    if (!L->isLCSSAForm(DT))
      formLCSSARecursively(*L, DT, &LI, &SE);
    bool Again = L->getNumBlocks() == 1 && L->getHeader()->size() <= MaxTwice &&
                 hasUnrollTransformation(L) == TM_Unspecified && loadsAgain(*L, SE);
    LoopVersioning Versions(Info,
                            Info.getRuntimePointerChecking()->getChecks(), L,
                            &LI, &DT, &SE);
    Versions.versionLoop();
    Versions.annotateLoopWithNoAlias();
    Accesses.clear();
    if (Again)
      addStringMetadataToLoop(Versions.getVersionedLoop(), "llvm.loop.unroll.count", 2);
    Twice |= Again;
    Changed = true;
  }
  if (Twice) {
    AM.invalidate(F, PreservedAnalyses::none());
    LoopUnrollPass(LoopUnrollOptions(2, /*OnlyWhenForced=*/true)).run(F, AM);
    AM.invalidate(F, PreservedAnalyses::none());
    GVNPass(GVNOptions().setPRE(false).setLoadPRE(false)).run(F, AM);
  }
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}
