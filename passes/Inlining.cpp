//===- Inlining.cpp - what is inlined into hardened functions -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Inlining.h"
#include "FunctionPolicy.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/Analysis/InlineAdvisor.h"
#include "llvm/Analysis/InlineCost.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/CommandLine.h"

using namespace llvm;
using namespace crit;

/// Instructions of a caller from which on LLVM's own threshold holds. Without a
/// limit functions that each call others twice end up in one: programs of csmith
/// came to 30 times plain's code.
constexpr unsigned MaxCaller = 1000;

static bool isLarge(const Function &F) {
  unsigned Size = 0;
  for (const BasicBlock &BB : F)
    if ((Size += BB.size()) > MaxCaller)
      return true;
  return false;
}

static bool loops(const Function &F) {
  SmallVector<std::pair<const BasicBlock *, const BasicBlock *>, 4> Edges;
  FindFunctionBackedges(F, Edges);
  return !Edges.empty();
}

namespace {

/// LLVM's own advisor, by caller with one of three thresholds.
class Advisor : public InlineAdvisor {
public:
  Advisor(Module &M, FunctionAnalysisManager &FAM, const InlineParams &Params,
          InlineContext IC)
      : InlineAdvisor(M, FAM, IC), Plain(M, FAM, Params, IC),
        Hardened(M, FAM, raised(Params, 8), IC),
        Recovering(M, FAM, raised(Params, 9), IC) {}

private:
  static InlineParams raised(InlineParams P, int Quarters) {
    P.DefaultThreshold = P.DefaultThreshold * Quarters / 4;
    return P;
  }
  std::unique_ptr<InlineAdvice> getAdviceImpl(CallBase &CB) override {
    const Function &Caller = *CB.getCaller();
    // A call costs what is made twice, or the bounds of every pointer anew. Files of
    // haft and boundless together are large enough as it is.
    bool Doubled = modeOf(Caller).Mode != CRIT_MODE_NONE;
    BoundsMode B = boundsOf(Caller);
    bool More = Doubled ? B == BoundsMode::None : B == BoundsMode::Strict;
    if (!More || isLarge(Caller))
      return Plain.getAdvice(CB);
    // There it also ends a region. That is little beside the turns of a loop.
    const Function *Callee = CB.getCalledFunction();
    bool Ends = recovers(Caller) && Callee && !Callee->isDeclaration() && !loops(*Callee);
    return (Ends ? Recovering : Hardened).getAdvice(CB);
  }

  DefaultInlineAdvisor Plain, Hardened, Recovering;
};

InlineAdvisor *makeAdvisor(Module &M, FunctionAnalysisManager &FAM,
                           InlineParams Params, InlineContext IC) {
  // What the user asks for by number stays as it is.
  auto &Options = cl::getRegisteredOptions();
  auto It = Options.find("inline-threshold");
  if (It != Options.end() && It->second->getNumOccurrences())
    return new DefaultInlineAdvisor(M, FAM, Params, IC);
  return new Advisor(M, FAM, Params, IC);
}

} // namespace

void crit::registerInlineAdvisor(PassBuilder &PB) {
  PB.registerAnalysisRegistrationCallback([](ModuleAnalysisManager &MAM) {
    MAM.registerPass([] { return PluginInlineAdvisorAnalysis(makeAdvisor); });
  });
}
