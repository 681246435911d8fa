//===- Fields.cpp - addresses of fields next to their uses ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each check has a rare call that takes the address, and a twin takes all of them.
// Code generation therefore kept the addresses of a dozen fields on the stack, and
// loaded them from there for what would be one access.
//===----------------------------------------------------------------------===//
#include "Checks.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;
using namespace crit;

static void sink(GetElementPtrInst *GEP) {
  DenseMap<BasicBlock *, Instruction *> Copies;
  for (Use &U : make_early_inc_range(GEP->uses())) {
    auto *User = cast<Instruction>(U.getUser());
    auto *PN = dyn_cast<PHINode>(User);
    BasicBlock *BB = PN ? PN->getIncomingBlock(U) : User->getParent();
    auto First = BB->getFirstInsertionPt();
    if (BB == GEP->getParent() || First == BB->end())
      continue;
    Instruction *&Copy = Copies[BB];
    if (!Copy) {
      Copy = GEP->clone();
      Copy->insertBefore(First);
    }
    U.set(Copy);
  }
  if (GEP->use_empty())
    GEP->eraseFromParent();
}

void crit::sinkFields(Function &F) {
  SmallVector<GetElementPtrInst *, 64> All;
  for (Instruction &I : instructions(F))
    if (auto *GEP = dyn_cast<GetElementPtrInst>(&I);
        GEP && GEP->hasAllConstantIndices() && GEP->getType()->isPointerTy())
      All.push_back(GEP);
  // One computed from another goes first.
  for (GetElementPtrInst *GEP : llvm::reverse(All))
    sink(GEP);
}
