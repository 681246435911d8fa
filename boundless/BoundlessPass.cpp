//===- BoundlessPass.cpp - tolerate out-of-bounds accesses ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "BoundlessPass.h"
#include "Checks.h"
#include "FunctionPolicy.h"
#include "Options.h"
#include "Sites.h"
#include "crit/bounds.h"
#include "runtime/Abi.h"
#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/PostDominators.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;
using namespace crit;

static const char Done[] = "crit-boundless-done";

static bool wanted(const Function &F) {
  if (F.isDeclaration() || F.hasAvailableExternallyLinkage() ||
      F.hasFnAttribute(Done) || F.getName().starts_with("__crit_") ||
      F.hasFnAttribute(Attribute::Naked) || F.isPresplitCoroutine())
    return false;
  return boundsOf(F) != BoundsMode::None;
}

static void remark(Function &F, const Work &W) {
  OptimizationRemarkEmitter ORE(&F);
  ORE.emit([&] {
    return OptimizationRemark("crit", "Boundless", DebugLoc(), &F.front())
           << "boundless: "
           << ore::NV("Checks", unsigned(W.Checks.size())) << " checks in "
           << ore::NV("Function", F.getName());
  });
  for (Instruction *I : W.Unable)
    ORE.emit([&] {
      return OptimizationRemarkMissed("crit", "Unchecked", I)
             << "bounds not checked: an instruction of the target that loads or stores (in "
             << ore::NV("Function", F.getName()) << ")";
    });
}

/// Blocks are split from here on: all local variables must come first to stay in
/// the entry block.
static void gatherAllocas(Function &F) {
  BasicBlock &Entry = F.getEntryBlock();
  SmallVector<AllocaInst *, 16> All;
  for (Instruction &I : Entry)
    if (auto *A = dyn_cast<AllocaInst>(&I); A && A->isStaticAlloca())
      All.push_back(A);
  for (AllocaInst *A : llvm::reverse(All))
    A->moveBefore(Entry.begin());
}

/// For crit-audit.
static void record(Module &M, const crit_bl_record &R) {
  Type *I32 = Type::getInt32Ty(M.getContext());
  auto *Ty = ArrayType::get(I32, sizeof(R) / 4);
  auto Word = [&](uint32_t V) -> Constant * { return ConstantInt::get(I32, V); };
  auto *G = new GlobalVariable(
      M, Ty, true, GlobalValue::PrivateLinkage,
      ConstantArray::get(Ty, {Word(R.Version), Word(R.Functions), Word(R.Strict),
                              Word(R.Checks), Word(R.Unchecked)}),
      "crit.bounds");
  G->setSection(CRIT_BL_RECORD_SECTION);
  G->setAlignment(Align(4));
  appendToUsed(M, {G});
}

static void harden(Function &F, Sites &S, FunctionAnalysisManager &FAM,
                   crit_bl_record &Record) {
  bool Strict = boundsOf(F) == BoundsMode::Strict;
  Roots R(F.getDataLayout());
  gatherAllocas(F);
  moveStackObjects(F, R, FAM.getResult<DominatorTreeAnalysis>(F),
                   FAM.getResult<LoopAnalysis>(F));
  redirectLibcalls(F, S);
  noteAllocations(F, S);
  FAM.invalidate(F, PreservedAnalyses::none());
  prepareLoops(F, FAM.getResult<DominatorTreeAnalysis>(F),
               FAM.getResult<LoopAnalysis>(F),
               FAM.getResult<ScalarEvolutionAnalysis>(F));
  // Nothing may be deleted from here on: roots are remembered.
  splitCopies(F, R, S, Strict);
  splitMasked(F, R, Strict);
  Twin T;
  if (Strict) {
    FAM.invalidate(F, PreservedAnalyses::none());
    T = makeTwin(collect(F, R, Strict), R, F,
                 FAM.getResult<DominatorTreeAnalysis>(F),
                 FAM.getResult<PostDominatorTreeAnalysis>(F),
                 FAM.getResult<LoopAnalysis>(F),
                 FAM.getResult<BlockFrequencyAnalysis>(F));
  }
  // What the twin has to check is not always what the first body has.
  if (!T.Guards.empty()) {
    splitCopies(F, R, S, Strict);
    splitMasked(F, R, Strict);
  }
  Work W = collect(F, R, Strict, T);
  FAM.invalidate(F, PreservedAnalyses::none());
  auto &DT = FAM.getResult<DominatorTreeAnalysis>(F);
  auto &LI = FAM.getResult<LoopAnalysis>(F);
  auto &SE = FAM.getResult<ScalarEvolutionAnalysis>(F);
  eliminate(W, R, F, DT, LI, SE, Strict);
  versionLoops(W, R, F, DT, LI, SE);
  shareAddresses(W, DT);
  remark(F, W);
  ++Record.Functions;
  Record.Strict += Strict;
  Record.Checks += W.Checks.size();
  Record.Unchecked += W.Unable.size();
  emit(F, W, R, S, DT, LI,
       F.hasOptNone() ? nullptr : &FAM.getResult<BlockFrequencyAnalysis>(F));
  if (!T.Guards.empty())
    dropDeadRoots(F);
  F.addFnAttr(Done);
  if (verifyFunction(F, &errs()))
    reportFatalInternalError(Twine("crit: boundless made bad code of ") +
                             F.getName() + "; please report this");
  FAM.invalidate(F, PreservedAnalyses::none());
}

static void addFunctions(Constant *C, SmallSetVector<Function *, 8> &Out) {
  if (auto *F = dyn_cast<Function>(C->stripPointerCasts()))
    Out.insert(F);
  else if (isa<ConstantAggregate>(C))
    for (Value *V : C->operands())
      addFunctions(cast<Constant>(V), Out);
}

/// What may run before the runtime has begun: resolvers of ifuncs, .preinit_array, and
/// what they call here. A check there would fault; those of the default did.
static SmallSetVector<Function *, 8> beforeRuntime(Module &M) {
  SmallSetVector<Function *, 8> Early;
  for (GlobalIFunc &I : M.ifuncs())
    addFunctions(I.getResolver(), Early);
  for (GlobalVariable &V : M.globals())
    if (V.hasInitializer() && V.getSection().starts_with(".preinit_array"))
      addFunctions(V.getInitializer(), Early);
  for (unsigned N = 0; N < Early.size(); ++N)
    for (Instruction &I : instructions(Early[N]))
      if (auto *C = dyn_cast<CallBase>(&I))
        if (Function *F = C->getCalledFunction(); F && !F->isDeclaration())
          Early.insert(F);
  return Early;
}

static void remarkEarly(Function &F) {
  OptimizationRemarkEmitter(&F).emit([&] {
    return OptimizationRemarkMissed("crit", "BeforeRuntime", DebugLoc(), &F.front())
           << "bounds are not checked: may run before the runtime has begun";
  });
}

static bool isInTable(const Value *V) {
  if (auto *E = dyn_cast<ConstantExpr>(V))
    return llvm::any_of(E->operands(), isInTable);
  auto *N = dyn_cast<ConstantInt>(V);
  return N && N->getBitWidth() == 64 &&
         N->getZExtValue() - CRIT_BL_TABLE < CRIT_BL_TABLE_BYTES;
}

/// Code without checks works in any program.
static bool needsRuntime(const Module &M) {
  for (const Function &F : M)
    for (const Instruction &I : instructions(F))
      if (llvm::any_of(I.operands(), isInTable))
        return true;
  return false;
}

PreservedAnalyses BoundlessPass::run(Module &M, ModuleAnalysisManager &AM) {
  SmallVector<Function *, 32> All;
  auto Early = beforeRuntime(M);
  for (Function &F : M)
    if (!wanted(F))
      continue;
    else if (Early.contains(&F))
      remarkEarly(F);
    else
      All.push_back(&F);
  // A file may have nothing but data, which others point into.
  bool Data = takeBoundedData(M);
  if (All.empty() && !Data)
    return PreservedAnalyses::all();
  if (registerGlobals(M))
    makeGuard(M);
  if (All.empty())
    return PreservedAnalyses::none();
  Sites S(M);
  crit_bl_record R = {CRIT_BL_VERSION, 0, 0, 0, 0};
  auto &FAM = AM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  for (Function *F : All)
    harden(*F, S, FAM, R);
  if (needsRuntime(M))
    makeGuard(M);
  record(M, R);
  return PreservedAnalyses::none();
}
