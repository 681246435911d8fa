//===- TailCalls.cpp - callers that keep their frame ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   CMP rdi, rdi'   JNE again           CMP rdi, rdi'   JNE again
//   ADD rsp, 120                        CALL machine
//   POP rbx                      ->     CMP rsp, mark   JNE again
//   JMP machine                         ADD rsp, 120
//                                       POP rbx
//                                       RET
//
// An argument that is hit behind its comparison is wrong in both copies. It is put right from the
// caller's frame (runtime/Argument.c), which a jump has given up (3 of 12 such failures of a
// live memcached were arguments of one function that is jumped to).
//
// Functions that jump to each other in turn may do so as often as they like, and would
// need as many frames: of those the jump stays, and where it is not known who comes next.
// So do musttail and calling conventions that promise it.
//===----------------------------------------------------------------------===//
#include "TailCalls.h"
#include "FunctionPolicy.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace crit;

/// Whether nothing that has an effect is left to do behind it but to return.
static bool isLast(const CallInst &Call) {
  const Instruction *I = Call.getNextNode();
  for (unsigned Jumps = 0; I && Jumps != 8;) {
    if (isa<ReturnInst>(I))
      return true;
    if (!I->isTerminator()) {
      if (I->mayHaveSideEffects() && !I->isDebugOrPseudoInst() && !I->isLifetimeStartOrEnd())
        return false;
      I = I->getNextNode();
      continue;
    }
    auto *Br = dyn_cast<BranchInst>(I);
    if (!Br || Br->isConditional())
      return false;
    I = &Br->getSuccessor(0)->front();
    ++Jumps;
  }
  return false;
}

static bool isPromised(const CallInst &Call) {
  CallingConv::ID Convention = Call.getCallingConv();
  return Call.isMustTailCall() || Convention == CallingConv::Tail ||
         Convention == CallingConv::SwiftTail || Convention == CallingConv::GHC;
}

namespace {
struct Tails {
  SmallVector<CallInst *, 4> Calls; ///< of functions of the module
  bool Unknown = false;             ///< and of others
};
using TailMap = DenseMap<const Function *, Tails>;
} // namespace

using FunctionSet = DenseSet<const Function *>;

/// From and what can follow, into Seen; whether that is all.
static bool follow(const TailMap &Map, const Function *From, FunctionSet &Seen) {
  bool Known = true;
  SmallVector<const Function *, 8> Work = {From};
  while (!Work.empty()) {
    const Function *F = Work.pop_back_val();
    auto It = Seen.insert(F).second ? Map.find(F) : Map.end();
    if (It == Map.end())
      continue;
    Known &= !It->second.Unknown;
    for (const CallInst *C : It->second.Calls)
      Work.push_back(C->getCalledFunction());
  }
  return Known;
}

void crit::keepFrames(Module &M, function_ref<const TargetLibraryInfo &(Function &)> Library) {
  TailMap Map;
  for (Function &F : M)
    for (Instruction &I : instructions(F)) {
      auto *C = dyn_cast<CallInst>(&I);
      if (!C || !C->isTailCall() || !isLast(*C))
        continue;
      Function *Callee = C->getCalledFunction();
      LibFunc Known;
      if (Callee && (Callee->isIntrinsic() || Library(F).getLibFunc(*C, Known)))
        continue;
      if (Callee && Callee->hasExactDefinition())
        Map[&F].Calls.push_back(C);
      else
        Map[&F].Unknown = true;
    }
  FunctionSet FromElsewhere;
  for (const Function &F : M)
    if (!F.hasLocalLinkage() || F.hasAddressTaken())
      follow(Map, &F, FromElsewhere);
  for (auto &[F, T] : Map)
    for (CallInst *C : T.Calls) {
      FunctionSet After;
      if (recovers(*F) && !isPromised(*C) &&
          (follow(Map, C->getCalledFunction(), After) || !FromElsewhere.contains(F)) &&
          !After.contains(F))
        C->setTailCallKind(CallInst::TCK_NoTail);
    }
}
