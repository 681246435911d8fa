//===- Origins.cpp - where libc is called and objects are allocated -------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The runtime behind a call knows no source line. So the caller leaves one in a
// word of its thread before the call: one address, one store.
//===----------------------------------------------------------------------===//
#include "Checks.h"
#include "Sites.h"
#include "runtime/Abi.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;
using namespace crit;

void crit::tellSite(Instruction *At, unsigned Word, Sites &S, unsigned Kind) {
  // Not looked at by Collect.
  IRBuilder<ConstantFolder, IRBuilderCallbackInserter> B(
      At->getContext(), ConstantFolder(), IRBuilderCallbackInserter([](Instruction *I) {
        I->setNoSanitizeMetadata();
      }));
  B.SetInsertPoint(At);
  Constant *Site = S.make(*At->getFunction(), At->getDebugLoc(), 0, Kind);
  Value *Thread = B.CreatePtrAdd(
      B.CreateIntrinsic(Intrinsic::thread_pointer, {B.getPtrTy()}, {}),
      entryWord(B, CRIT_BL_TLS));
  B.CreateStore(Site, B.CreateConstGEP1_64(B.getInt64Ty(), Thread, Word));
}

static bool allocates(const CallBase &CB) {
  const Function *Callee = CB.getCalledFunction();
  if (!Callee || !Callee->isDeclaration() || Callee->isIntrinsic())
    return false;
  if (CB.hasFnAttr(Attribute::AllocSize))
    return true;
  return StringSwitch<bool>(Callee->getName())
      .Cases({"malloc", "calloc", "realloc", "reallocarray", "strdup", "strndup"}, true)
      .Cases({"aligned_alloc", "posix_memalign", "memalign", "valloc"}, true)
      .Default(false);
}

void crit::noteAllocations(Function &F, Sites &S) {
  if (!F.getSubprogram())
    return;
  SmallVector<CallBase *, 8> Calls;
  for (Instruction &I : instructions(F))
    if (auto *CB = dyn_cast<CallBase>(&I); CB && allocates(*CB) && !CB->isMustTailCall())
      Calls.push_back(CB);
  for (CallBase *CB : Calls)
    tellSite(CB, CRIT_BL_STACKS_ORIGIN, S, CRIT_BL_KIND_READ);
}
