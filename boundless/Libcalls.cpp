//===- Libcalls.cpp - calls of libc go through the runtime ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Checks.h"
#include "Sites.h"
#include "runtime/Abi.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;
using namespace crit;

namespace {
struct LibcEntry {
  unsigned Word = 0, LeftOut = 0;
};
} // namespace

static std::optional<LibcEntry> libcEntry(StringRef Name) {
  static const StringMap<LibcEntry> Entries = [] {
    StringMap<LibcEntry> M;
    unsigned N = CRIT_BL_NUM_ENTRIES;
#define CRIT_LIBC(NAME) M[#NAME] = {N++, 0};
#include "runtime/Libc.def"
#define CRIT_LIBC_ALIAS(NAME, OF, LEFT_OUT)                                    \
  M[#NAME] = {M.lookup(#OF).Word, LEFT_OUT};
#include "runtime/Libc.def"
    return M;
  }();
  auto It = Entries.find(Name);
  if (It == Entries.end())
    return std::nullopt;
  return It->second;
}

static Value *target(IRBuilder<> &B, unsigned Entry) {
  return B.CreateIntToPtr(entryWord(B, Entry), B.getPtrTy());
}

/// The same through the runtime, before At.
static void callRuntime(MemIntrinsic *MI, Instruction *At, Sites &S) {
  IRBuilder<> B(At);
  StringRef Name = isa<MemSetInst>(MI)    ? "memset"
                   : isa<MemMoveInst>(MI) ? "memmove"
                                          : "memcpy";
  Type *I64 = B.getInt64Ty(), *Ptr = B.getPtrTy();
  Value *Second;
  if (auto *Set = dyn_cast<MemSetInst>(MI))
    Second = B.CreateZExt(Set->getValue(), B.getInt32Ty());
  else
    Second = cast<MemTransferInst>(MI)->getRawSource();
  auto *Ty =
      FunctionType::get(Ptr, {Ptr, Second->getType(), I64}, false);
  CallInst *C = B.CreateCall(
      Ty, target(B, libcEntry(Name)->Word),
      {MI->getRawDest(), Second, B.CreateZExtOrTrunc(MI->getLength(), I64)});
  C->setDoesNotThrow();
  C->setDebugLoc(MI->getDebugLoc());
  tellSite(C, CRIT_BL_STACKS_CALL, S, CRIT_BL_KIND_WRITE);
}

/// In code that may grow, calls whose length is an argument are there twice.
static bool maySplit(const Function &F) {
  return !F.hasOptNone() && !F.hasOptSize();
}

/// Bytes of a string constant with its end.
static std::optional<uint64_t> constantString(const Value *V) {
  StringRef S;
  if (!getConstantStringInfo(V, S, /*TrimAtNul=*/false))
    return std::nullopt;
  size_t End = S.find('\0');
  return End == StringRef::npos ? std::nullopt : std::optional(End + 1);
}

/// Bytes of either string that strcmp(a, "b") and its like look at, at most.
static std::optional<uint64_t> comparedBytes(const CallBase &CB) {
  const Function *Callee = CB.getCalledFunction();
  if (!isa<CallInst>(CB) || !Callee || !Callee->isDeclaration() ||
      CB.isMustTailCall())
    return std::nullopt;
  unsigned Args = StringSwitch<unsigned>(Callee->getName())
                      .Cases({"strcmp", "strcasecmp"}, 2)
                      .Cases({"strncmp", "strncasecmp"}, 3)
                      .Default(0);
  if (!Args || CB.arg_size() != Args ||
      !CB.getArgOperand(0)->getType()->isPointerTy() ||
      !CB.getArgOperand(1)->getType()->isPointerTy())
    return std::nullopt;
  auto N = constantString(CB.getArgOperand(0));
  auto M = constantString(CB.getArgOperand(1));
  return N && M ? std::optional(std::min(*N, *M)) : N ? N : M;
}

/// memcmp(a, b, n) and its like.
static bool isMeasured(const CallBase &CB) {
  const Function *Callee = CB.getCalledFunction();
  if (comparedBytes(CB))
    return true;
  if (!isa<CallInst>(CB) || !Callee || !Callee->isDeclaration() ||
      CB.arg_size() != 3 || CB.isMustTailCall())
    return false;
  return StringSwitch<bool>(Callee->getName())
             .Cases({"memcmp", "bcmp", "memchr"}, true)
             .Default(false) &&
         CB.getArgOperand(0)->getType()->isPointerTy() &&
         CB.getArgOperand(2)->getType()->isIntegerTy(64);
}

Value *crit::lengthOf(CallBase &CB) {
  auto *MI = dyn_cast<MemIntrinsic>(&CB);
  if (auto N = MI ? std::nullopt : comparedBytes(CB))
    return ConstantInt::get(Type::getInt64Ty(CB.getContext()), *N);
  return MI ? MI->getLength() : CB.getArgOperand(2);
}

SmallVector<unsigned, 2> crit::measuredOperands(CallBase &CB, Roots &R) {
  auto *N = dyn_cast<ConstantInt>(lengthOf(CB));
  uint64_t Bytes = N ? N->getLimitedValue(1ull << 62) : 1ull << 62;
  SmallVector<unsigned, 2> Out;
  for (unsigned Op : {0u, 1u})
    if (Value *P = CB.getArgOperand(Op); P->getType()->isPointerTy() &&
                                         needsCheck(R, P, Bytes, /*Strict=*/true))
      Out.push_back(Op);
  return Out;
}

/// memcpy and its kin of a length that is not known, or long.
static bool redirectIntrinsic(MemIntrinsic *MI, Sites &S) {
  if (MI->isVolatile() || isShort(*MI) || MI->getDestAddressSpace() != 0 ||
      maySplit(*MI->getFunction()))
    return false;
  callRuntime(MI, MI, S);
  MI->eraseFromParent();
  return true;
}

bool crit::isShort(const MemIntrinsic &MI) {
  auto *N = dyn_cast<ConstantInt>(MI.getLength());
  return N && N->getZExtValue() <= LongestInline;
}

static void throughRuntime(CallBase *CB, unsigned Entry, Sites &S) {
  IRBuilder<> B(CB);
  CB->setCalledOperand(target(B, Entry));
  // The runtime writes to chunks even where libc only reads.
  CB->removeFnAttr(Attribute::Memory);
  tellSite(CB, CRIT_BL_STACKS_CALL, S, CRIT_BL_KIND_WRITE);
}

/// The call of the runtime, before At, and the merge of both results.
static void compareSlowly(CallBase *CB, Instruction *At, Sites &S) {
  auto *Slow = cast<CallBase>(CB->clone());
  Slow->insertBefore(At->getIterator());
  Slow->setMetadata(MeasuredMark, nullptr);
  throughRuntime(Slow, libcEntry(CB->getCalledFunction()->getName())->Word, S);
  if (CB->use_empty())
    return;
  PHINode *PN = PHINode::Create(CB->getType(), 2);
  PN->insertBefore(CB->getParent()->getSingleSuccessor()->begin());
  CB->replaceAllUsesWith(PN);
  PN->addIncoming(CB, CB->getParent());
  PN->addIncoming(Slow, Slow->getParent());
}

void crit::splitCopies(Function &F, Roots &R, Sites &S, bool Strict) {
  SmallVector<MemIntrinsic *, 16> All;
  SmallVector<CallBase *, 16> Measured;
  for (Instruction &I : instructions(F)) {
    if (I.hasMetadata(SplitMark))
      continue;
    if (auto *CB = dyn_cast<CallBase>(&I);
        CB && maySplit(F) && !CB->hasMetadata(LLVMContext::MD_nosanitize)) {
      auto *MI = dyn_cast<MemIntrinsic>(CB);
      if (MI ? !MI->isVolatile() && !isShort(*MI) : isMeasured(*CB)) {
        if (!measuredOperands(*CB, R).empty())
          Measured.push_back(CB);
        continue;
      }
    }
    auto *MI = dyn_cast<MemIntrinsic>(&I);
    if (!MI || MI->isVolatile() || !isShort(*MI) ||
        MI->hasMetadata(LLVMContext::MD_nosanitize))
      continue;
    uint64_t N = cast<ConstantInt>(MI->getLength())->getZExtValue();
    auto *Copy = dyn_cast<MemTransferInst>(MI);
    if (needsCheck(R, MI->getRawDest(), N, Strict) ||
        (Copy && needsCheck(R, Copy->getRawSource(), N, Strict)))
      All.push_back(MI);
  }
  for (MemIntrinsic *MI : All)
    callRuntime(MI, splitWhole(MI), S);
  for (CallBase *CB : Measured) {
    CB->setMetadata(MeasuredMark, MDNode::get(F.getContext(), {}));
    Instruction *Slow = splitWhole(CB);
    if (auto *MI = dyn_cast<MemIntrinsic>(CB))
      callRuntime(MI, Slow, S);
    else
      compareSlowly(CB, Slow, S);
  }
}

/// The call without the arguments that LeftOut names.
static CallBase *withoutArguments(CallBase *CB, unsigned LeftOut) {
  SmallVector<Value *, 8> Args;
  SmallVector<Type *, 8> Types;
  FunctionType *Old = CB->getFunctionType();
  for (unsigned N = 0; N < CB->arg_size(); ++N) {
    if (LeftOut >> N & 1)
      continue;
    Args.push_back(CB->getArgOperand(N));
    if (N < Old->getNumParams())
      Types.push_back(Old->getParamType(N));
  }
  auto *Ty = FunctionType::get(Old->getReturnType(), Types, Old->isVarArg());
  CallBase *New;
  if (auto *I = dyn_cast<InvokeInst>(CB))
    New = InvokeInst::Create(Ty, CB->getCalledOperand(), I->getNormalDest(),
                             I->getUnwindDest(), Args, "", CB->getIterator());
  else
    New = CallInst::Create(Ty, CB->getCalledOperand(), Args, "",
                           CB->getIterator());
  New->setDebugLoc(CB->getDebugLoc());
  New->takeName(CB);
  CB->replaceAllUsesWith(New);
  CB->eraseFromParent();
  return New;
}

bool crit::redirectLibcalls(Function &F, Sites &S) {
  bool Changed = false;
  SmallVector<CallBase *, 16> Calls;
  for (Instruction &I : instructions(F))
    if (auto *CB = dyn_cast<CallBase>(&I))
      Calls.push_back(CB);
  for (CallBase *CB : Calls) {
    if (auto *MI = dyn_cast<MemIntrinsic>(CB)) {
      Changed |= redirectIntrinsic(MI, S);
      continue;
    }
    Function *Callee = CB->getCalledFunction();
    if (!Callee || !Callee->isDeclaration() || Callee->isIntrinsic() ||
        CB->isMustTailCall())
      continue;
    auto Entry = libcEntry(Callee->getName());
    if (!Entry)
      continue;
    if (isMeasured(*CB) && maySplit(F))
      continue;
    if (Entry->LeftOut)
      CB = withoutArguments(CB, Entry->LeftOut);
    throughRuntime(CB, Entry->Word, S);
    Changed = true;
  }
  return Changed;
}
