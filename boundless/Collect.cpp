//===- Collect.cpp - accesses, escapes and comparisons of a function ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The field policy (balanced): an access at a constant distance from a pointer
// that came from elsewhere is not checked, for such a pointer is in bounds or an
// address in the window. So every pointer that moved by a variable distance is
// checked before it leaves the function, and every one that is stored back to
// where it came from.
//===----------------------------------------------------------------------===//
#include "Checks.h"
#include "runtime/Abi.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/MemoryBuiltins.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsX86.h"
#include "llvm/IR/Operator.h"

using namespace llvm;
using namespace crit;

namespace {

class Collector {
public:
  Collector(Function &F, Roots &R, bool Strict, const Twin &T)
      : F(F), R(R), DL(F.getDataLayout()), Strict(Strict), T(T) {}

  Work run() {
    // What the walk makes (merges of roots) is not walked over.
    SmallVector<Instruction *, 64> All;
    for (Instruction &I : instructions(F))
      All.push_back(&I);
    for (Instruction *I : All)
      visit(*I);
    // Nothing leads out of the twin.
    for (const Guard &G : T.Guards)
      Slow.insert(G.Branch->getSuccessor(1));
    for (unsigned N = 0; N < Slow.size(); ++N)
      for (const BasicBlock *Next : successors(Slow[N]))
        Slow.insert(Next);
    for (Check &C : W.Checks)
      C.Slow = isSlow(*C.At);
    // Each is told once.
    llvm::erase_if(W.Unable, [&](Instruction *I) { return isSlow(*I); });
    W.Guards = T.Guards;
    return std::move(W);
  }

private:
  void visit(Instruction &I);
  void access(Instruction &I, unsigned Op, CheckKind K, unsigned SiteKind,
              Type *Ty);
  void escape(Instruction &I, unsigned Op);
  void compare(Instruction &I);
  void difference(Instruction &I);
  void call(CallBase &CB);
  void measured(CallBase &CB);
  bool isSlow(const Instruction &I) const {
    return Slow.contains(I.getParent());
  }
  bool isSkipped(const Instruction &I) const {
    return I.hasMetadata(LLVMContext::MD_nosanitize);
  }

  Function &F;
  Roots &R;
  const DataLayout &DL;
  bool Strict;
  const Twin &T;
  SetVector<const BasicBlock *> Slow;
  Work W;
};

/// A code pointer that is about to be called.
bool isCalled(const LoadInst &L) {
  for (const User *U : L.users())
    if (auto *CB = dyn_cast<CallBase>(U); CB && CB->getCalledOperand() == &L)
      return true;
  return false;
}

/// Smallest size a call of an allocation function with constant arguments has.
std::optional<uint64_t> allocated(const Value *Root) {
  auto *CB = dyn_cast<CallBase>(Root);
  const Function *Callee = CB ? CB->getCalledFunction() : nullptr;
  if (!Callee || !CB->getType()->isPointerTy())
    return std::nullopt;
  Attribute A = CB->getFnAttr(Attribute::AllocSize);
  if (!A.isValid())
    A = Callee->getFnAttribute(Attribute::AllocSize);
  if (!A.isValid())
    return std::nullopt;
  auto [First, Second] = A.getAllocSizeArgs();
  auto *N = dyn_cast<ConstantInt>(CB->getArgOperand(First));
  auto *M = Second ? dyn_cast<ConstantInt>(CB->getArgOperand(*Second)) : nullptr;
  if (!N || (Second && !M))
    return std::nullopt;
  APInt Size = N->getValue().zextOrTrunc(64);
  if (M)
    Size *= M->getValue().zextOrTrunc(64);
  return Size.getZExtValue();
}

void Collector::access(Instruction &I, unsigned Op, CheckKind K,
                       unsigned SiteKind, Type *Ty) {
  TypeSize Size = DL.getTypeStoreSize(Ty);
  Value *P = I.getOperand(Op);
  if (Size.isScalable() || T.Free.contains({&I, Op}) ||
      !needsCheck(R, P, Size.getFixedValue(), Strict))
    return;
  Value *Root = R.of(P);
  W.Checks.push_back({&I, Op, K, SiteKind, Size.getFixedValue(), Root,
                      R.constantOffset(P, Root)});
}

/// Instructions of the target that load or store.
static bool touchesMemory(const IntrinsicInst &I) {
  return I.getCalledFunction()->getName().starts_with("llvm.x86.") &&
         I.mayReadOrWriteMemory() && llvm::any_of(I.args(), [](const Use &U) {
           return U->getType()->isPtrOrPtrVectorTy();
         });
}

void Collector::escape(Instruction &I, unsigned Op) {
  Value *P = I.getOperand(Op);
  if (!P->getType()->isPointerTy() || isa<Constant>(P) ||
      P->getType()->getPointerAddressSpace() != 0 || T.Free.contains({&I, Op}))
    return;
  Value *Root = R.of(P);
  if (!Root || Root == P)
    return;
  auto Offset = R.constantOffset(P, Root);
  auto Known = R.knownSize(Root);
  if (Offset) {
    if (*Offset == 0)
      return;
    if (Known && *Offset >= 0 && uint64_t(*Offset) <= *Known - R.isSlot(Root))
      return;
    if (auto Least = R.declaredSize(Root);
        Least && *Offset > 0 && uint64_t(*Offset) < *Least)
      return;
    // Addresses of fields; char pointers that step are not among them.
    if (!Strict && !Known && *Offset > 0 && *Offset % 4 == 0 &&
        !isCursor(I, Root))
      return;
  }
  // A merge of roots only: each is what it was.
  if (isa<PHINode>(P) && Root == P)
    return;
  W.Checks.push_back(
      {&I, Op, CheckKind::Escape, CRIT_BL_KIND_ESCAPE, 0, Root, Offset});
}

/// Its address may be one in the window; that of a variable never is.
static bool mayBeAside(const Roots &R, Value *Root) {
  return !R.knownSize(Root) && !isa<GlobalVariable>(Root);
}

void Collector::compare(Instruction &I) {
  auto *C = cast<ICmpInst>(&I);
  Value *A = C->getOperand(0), *B = C->getOperand(1);
  if (!A->getType()->isPointerTy() || isa<Constant>(A) || isa<Constant>(B))
    return;
  Value *RA = R.of(A), *RB = R.of(B);
  if (RA == RB)
    return;
  // Equal addresses in the window are the same place.
  auto Fixed = [&](Value *P, Value *Root) {
    return !Root || R.constantOffset(P, Root).has_value();
  };
  if (C->isEquality() && Fixed(A, RA) && Fixed(B, RB))
    return;
  if (RA && mayBeAside(R, RA))
    W.Decodes.push_back({&I, 0, RA});
  if (RB && mayBeAside(R, RB))
    W.Decodes.push_back({&I, 1, RB});
}

void Collector::difference(Instruction &I) {
  auto *A = dyn_cast<PtrToIntInst>(I.getOperand(0));
  auto *B = dyn_cast<PtrToIntInst>(I.getOperand(1));
  if (!A || !B || A == B || !I.getType()->isIntegerTy(64))
    return;
  Value *RA = R.of(A->getPointerOperand()), *RB = R.of(B->getPointerOperand());
  if (RA == RB)
    return;
  if (RA && mayBeAside(R, RA))
    W.Decodes.push_back({&I, 0, RA});
  if (RB && mayBeAside(R, RB))
    W.Decodes.push_back({&I, 1, RB});
}

void Collector::measured(CallBase &CB) {
  for (unsigned Op : measuredOperands(CB, R)) {
    Value *P = CB.getArgOperand(Op);
    Value *Root = R.of(P);
    W.Checks.push_back({&CB, Op, CheckKind::Whole, CRIT_BL_KIND_READ, 0, Root,
                        R.constantOffset(P, Root)});
    W.Checks.back().Measured = true;
  }
}

void Collector::call(CallBase &CB) {
  if (CB.hasMetadata(MeasuredMark)) {
    measured(CB);
    return;
  }
  if (auto *II = dyn_cast<IntrinsicInst>(&CB)) {
    switch (II->getIntrinsicID()) {
    case Intrinsic::x86_sse3_ldu_dq:
    case Intrinsic::x86_avx_ldu_dq_256:
      access(CB, 0, CheckKind::Address, CRIT_BL_KIND_READ, CB.getType());
      return;
    case Intrinsic::memcpy:
    case Intrinsic::memmove:
    case Intrinsic::memset: // short and constant: the rest is redirected
    case Intrinsic::memcpy_inline:
    case Intrinsic::memset_inline:
      if (auto *MI = cast<MemIntrinsic>(&CB); isShort(*MI)) {
        auto *N = cast<ConstantInt>(MI->getLength());
        CheckKind K = MI->isVolatile() ? CheckKind::Address : CheckKind::Whole;
        auto *Ty = ArrayType::get(Type::getInt8Ty(CB.getContext()),
                                  N->getZExtValue());
        access(CB, 0, K, CRIT_BL_KIND_WRITE, Ty);
        if (!isa<MemSetInst>(CB))
          access(CB, 1, K, CRIT_BL_KIND_READ, Ty);
      } else if (MI->isVolatile()) {
        W.Unable.push_back(&CB);
      }
      return;
    default:
      break;
    }
    if (auto Vector = maskedVector(*II)) {
      access(CB, Vector->first, CheckKind::Whole, CRIT_BL_KIND_READ,
             Vector->second);
    } else if (touchesMemory(*II)) {
      W.Unable.push_back(&CB);
    }
    // The rest touches no memory, or that of va_list and the like.
    return;
  }
  for (unsigned N = 0; N < CB.arg_size(); ++N)
    if (!CB.isByValArgument(N))
      escape(CB, N);
}

void Collector::visit(Instruction &I) {
  if (isSkipped(I))
    return;
  if (auto *L = dyn_cast<LoadInst>(&I)) {
    bool Atomic = L->isAtomic();
    access(I, 0, Atomic ? CheckKind::Address : CheckKind::Load,
           Atomic          ? CRIT_BL_KIND_ATOMIC
           : isCalled(*L) ? CRIT_BL_KIND_CODE
                          : CRIT_BL_KIND_READ,
           L->getType());
  } else if (auto *S = dyn_cast<StoreInst>(&I)) {
    escape(I, 0);
    access(I, 1, S->isAtomic() ? CheckKind::Address : CheckKind::Store,
           S->isAtomic() ? CRIT_BL_KIND_ATOMIC : CRIT_BL_KIND_WRITE,
           S->getValueOperand()->getType());
  } else if (isa<AtomicRMWInst>(I) || isa<AtomicCmpXchgInst>(I)) {
    for (unsigned N = 1; N < I.getNumOperands(); ++N)
      escape(I, N);
    access(I, 0, CheckKind::Address, CRIT_BL_KIND_ATOMIC,
           I.getOperand(1)->getType());
  } else if (isa<ICmpInst>(I)) {
    compare(I);
  } else if (I.getOpcode() == Instruction::Sub) {
    difference(I);
  } else if (isa<ReturnInst>(I)) {
    if (I.getNumOperands())
      escape(I, 0);
  } else if (isa<InsertValueInst>(I)) {
    escape(I, 1);
  } else if (isa<InsertElementInst>(I)) {
    escape(I, 1);
  } else if (auto *CB = dyn_cast<CallBase>(&I)) {
    call(*CB);
  }
}

} // namespace

bool crit::isCursor(const Instruction &I, const Value *Root) {
  auto *S = dyn_cast<StoreInst>(&I);
  auto *L = dyn_cast<LoadInst>(Root);
  return S && L && S->getPointerOperand() == L->getPointerOperand();
}

bool crit::needsCheck(Roots &R, Value *P, uint64_t Bytes, bool Strict) {
  Value *Root = P->getType()->getPointerAddressSpace() == 0 && Bytes ? R.of(P) : nullptr;
  if (!Root)
    return false;
  auto Offset = R.constantOffset(P, Root);
  if (!Offset)
    return true;
  auto Inside = [&](uint64_t Room) {
    return *Offset >= 0 && uint64_t(*Offset) + Bytes <= Room;
  };
  if (auto Known = R.knownSize(Root))
    return !Inside(*Known);
  if (auto Least = R.declaredSize(Root))
    return !Inside(*Least);
  // Unknown room: the field policy. Known and too small: no field.
  if (auto Room = allocated(Root))
    return !Inside(*Room);
  // The byte a pointer points to belongs to its object, whichever that is.
  return Strict && (*Offset != 0 || Bytes != 1);
}

uint64_t crit::alignmentThatDoes(const Check &C) {
  // Slots, and variables with their room, are multiples of eight bytes. Whether
  // this one is as aligned as the compiler believes has to be seen.
  uint64_t Told = 1;
  if (auto *L = dyn_cast<LoadInst>(C.At))
    Told = L->getAlign().value();
  else if (auto *S = dyn_cast<StoreInst>(C.At); S && C.Operand == 1)
    Told = S->getAlign().value();
  bool Suits = C.Offset == 0 && C.Bytes <= 8 && isPowerOf2_64(C.Bytes) &&
               Told >= C.Bytes && C.Kind != CheckKind::Escape && !C.Measured;
  return Suits ? C.Bytes : 1;
}

Work crit::collect(Function &F, Roots &R, bool Strict, const Twin &T) {
  return Collector(F, R, Strict, T).run();
}
