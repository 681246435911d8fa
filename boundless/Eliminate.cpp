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

using namespace llvm;
using namespace crit;

/// The distance from a variable of known size stays inside for every value the
/// index can have.
static bool alwaysInside(const Check &C, Roots &R, ScalarEvolution &SE) {
  auto Size = R.knownSize(C.Root);
  if (!Size || C.Bytes > *Size)
    return false;
  Value *P = C.pointer();
  if (!SE.isSCEVable(P->getType()) || !SE.isSCEVable(C.Root->getType()))
    return false;
  const SCEV *D = SE.getMinusSCEV(SE.getSCEV(P), SE.getSCEV(C.Root));
  if (isa<SCEVCouldNotCompute>(D))
    return false;
  return SE.getSignedRangeMin(D).isNonNegative() &&
         SE.getUnsignedRangeMax(D).ule(*Size - C.Bytes);
}

void crit::eliminate(Work &W, Roots &R, Function &F, DominatorTree &DT,
                     LoopInfo &LI, ScalarEvolution &SE) {
  llvm::erase_if(W.Checks,
                 [&](const Check &C) { return alwaysInside(C, R, SE); });
}

void crit::shareAddresses(Work &W, DominatorTree &DT) {
  // Same address, already checked on every way here.
  DenseMap<Value *, SmallVector<Check *, 4>> Earlier;
  for (Check &C : W.Checks) {
    Value *P = C.pointer();
    auto &List = Earlier[P];
    for (Check *E : List)
      if (E->Root == C.Root && E->Bytes >= C.Bytes && E->At != C.At &&
          DT.dominates(E->At, C.At)) {
        C.Leader = E;
        E->Leads = true;
        break;
      }
    if (!C.Leader && C.Kind != CheckKind::Escape)
      List.push_back(&C);
  }
}
