//===- Masked.cpp - vector accesses with a mask ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//                              whole vector in bounds?
//   masked load          ->        yes /     \ no
//                            masked load   each lane whose bit is set,
//                                      \   checked like any other load
//                                       merge
//
// Lanes that are off may be out of bounds. Gathers and scatters have an object per
// lane and become lanes only.
//===----------------------------------------------------------------------===//
#include "Checks.h"
#include "runtime/Abi.h"
#include "llvm/Analysis/VectorUtils.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;
using namespace crit;

namespace {

struct Masked {
  CallInst *At = nullptr;
  std::optional<unsigned> Operand; ///< pointer of neighbouring lanes
  Value *Pointer = nullptr;        ///< or one a lane, or what Index adds to
  Value *Index = nullptr;
  uint64_t Scale = 1;
  Value *Mask = nullptr; ///< i1, or the signs of its elements
  Value *Data = nullptr; ///< stored; what lanes that are off read, else zero
  bool Load = false, Packed = false;
  unsigned Lanes = 0;
  Align Alignment;

  FixedVectorType *type() const {
    return dyn_cast<FixedVectorType>(Load ? At->getType() : Data->getType());
  }
};

unsigned lanesOf(const Value *V) {
  auto *Ty = dyn_cast<FixedVectorType>(V->getType());
  return Ty ? Ty->getNumElements() : ~0u;
}

bool describeGeneric(IntrinsicInst &I, Masked &M) {
  auto Arg = [&](unsigned N) { return I.getArgOperand(N); };
  switch (I.getIntrinsicID()) {
  case Intrinsic::masked_load:
  case Intrinsic::masked_expandload:
  case Intrinsic::masked_gather:
    M.Load = true;
    M.Pointer = Arg(0);
    M.Mask = Arg(1);
    M.Data = Arg(2);
    M.Operand = 0;
    break;
  case Intrinsic::masked_store:
  case Intrinsic::masked_compressstore:
  case Intrinsic::masked_scatter:
    M.Data = Arg(0);
    M.Pointer = Arg(1);
    M.Mask = Arg(2);
    M.Operand = 1;
    break;
  default:
    return false;
  }
  M.Alignment = I.getParamAlign(*M.Operand).valueOrOne();
  if (M.Pointer->getType()->isVectorTy())
    M.Operand.reset();
  M.Packed = I.getIntrinsicID() == Intrinsic::masked_expandload ||
             I.getIntrinsicID() == Intrinsic::masked_compressstore;
  return true;
}

bool describeX86(IntrinsicInst &I, Masked &M) {
  StringRef Name = I.getCalledFunction()->getName();
  auto Arg = [&](unsigned N) { return I.getArgOperand(N); };
  auto Number = [&](unsigned N) {
    return cast<ConstantInt>(Arg(N))->getZExtValue();
  };
  if (!Name.consume_front("llvm.x86.avx"))
    return false;
  if (Name.starts_with(".maskload.") || Name.starts_with("2.maskload.")) {
    M.Load = true;
    M.Operand = 0;
    M.Mask = Arg(1);
  } else if (Name.starts_with(".maskstore.") || Name.starts_with("2.maskstore.")) {
    M.Operand = 0;
    M.Mask = Arg(1);
    M.Data = Arg(2);
  } else if (Name.starts_with("2.gather.") ||
             Name.starts_with("512.mask.gather")) {
    M.Load = true;
    M.Data = Arg(0);
    M.Pointer = Arg(1);
    M.Index = Arg(2);
    M.Mask = Arg(3);
    M.Scale = Number(4);
  } else if (Name.starts_with("512.mask.scatter")) {
    M.Pointer = Arg(0);
    M.Mask = Arg(1);
    M.Index = Arg(2);
    M.Data = Arg(3);
    M.Scale = Number(4);
  } else {
    return false;
  }
  if (M.Operand)
    M.Pointer = Arg(*M.Operand);
  return M.Mask->getType()->isVectorTy();
}

bool describe(IntrinsicInst &I, Masked &M) {
  M.At = &I;
  if (!describeGeneric(I, M) && !describeX86(I, M))
    return false;
  if (!M.type()) // scalable
    return false;
  M.Lanes = std::min(M.type()->getNumElements(), lanesOf(M.Mask));
  if (M.Index)
    M.Lanes = std::min(M.Lanes, lanesOf(M.Index));
  return true;
}

/// Element Lane of V, as far as possible as scalar arithmetic: its object is that
/// of the scalar it was computed from.
Value *elementOf(IRBuilder<> &B, Value *V, unsigned Lane) {
  if (Value *Splat = getSplatValue(V))
    return Splat;
  if (auto *GEP = dyn_cast<GetElementPtrInst>(V)) {
    auto Element = [&](Value *X) {
      return X->getType()->isVectorTy() ? elementOf(B, X, Lane) : X;
    };
    SmallVector<Value *, 4> Indices;
    for (Value *X : GEP->indices())
      Indices.push_back(Element(X));
    return B.CreateGEP(GEP->getSourceElementType(),
                       Element(GEP->getPointerOperand()), Indices);
  }
  if (auto *S = dyn_cast<SelectInst>(V)) {
    Value *C = S->getCondition();
    if (C->getType()->isVectorTy())
      C = B.CreateExtractElement(C, Lane);
    return B.CreateSelect(C, elementOf(B, S->getTrueValue(), Lane),
                          elementOf(B, S->getFalseValue(), Lane));
  }
  if (Value *Found = findScalarElement(V, Lane))
    return Found;
  return B.CreateExtractElement(V, Lane);
}

Value *bitOf(IRBuilder<> &B, Value *Mask, unsigned Lane) {
  Type *Ty = Mask->getType()->getScalarType();
  Value *Bit = B.CreateExtractElement(Mask, Lane);
  if (Ty->isIntegerTy(1))
    return Bit;
  Type *Int = B.getIntNTy(Ty->getScalarSizeInBits());
  return B.CreateICmpSLT(B.CreateBitCast(Bit, Int), ConstantInt::get(Int, 0));
}

Value *laneAddress(IRBuilder<> &B, const Masked &M, unsigned Lane,
                   Value *Position) {
  if (M.Operand)
    return B.CreateGEP(M.type()->getElementType(), M.Pointer,
                       M.Packed ? Position : B.getInt64(Lane));
  if (!M.Index)
    return elementOf(B, M.Pointer, Lane);
  Value *N = B.CreateSExt(B.CreateExtractElement(M.Index, Lane), B.getInt64Ty());
  return B.CreatePtrAdd(M.Pointer, B.CreateMul(N, B.getInt64(M.Scale)));
}

/// All lanes one after the other, before Before; what is read.
Value *makeLanes(const Masked &M, Instruction *Before) {
  IRBuilder<> B(Before);
  B.SetCurrentDebugLocation(M.At->getDebugLoc());
  Type *Ty = M.type()->getElementType();
  const DataLayout &DL = M.At->getDataLayout();
  Align One = commonAlignment(M.Alignment, DL.getTypeStoreSize(Ty));
  MDNode *Mark = MDNode::get(B.getContext(), {});
  Value *Result = nullptr, *Position = M.Packed ? B.getInt64(0) : nullptr;
  if (M.Load) {
    Result = M.Data ? M.Data : Constant::getNullValue(M.type());
    for (unsigned N = M.Lanes; N < M.type()->getNumElements(); ++N)
      Result = B.CreateInsertElement(Result, Constant::getNullValue(Ty), N);
  }
  for (unsigned Lane = 0; Lane < M.Lanes; ++Lane) {
    Value *Bit = bitOf(B, M.Mask, Lane);
    auto *Always = dyn_cast<ConstantInt>(Bit);
    if (Always && Always->isZero())
      continue;
    BasicBlock *Off = Before->getParent();
    Instruction *End = Before;
    if (!Always)
      End = SplitBlockAndInsertIfThen(Bit, Before->getIterator(), false);
    B.SetInsertPoint(End);
    B.SetCurrentDebugLocation(M.At->getDebugLoc());
    Value *P = laneAddress(B, M, Lane, Position);
    Value *New = nullptr;
    Instruction *Access;
    if (M.Load) {
      Access = B.CreateAlignedLoad(Ty, P, One);
      New = B.CreateInsertElement(Result, Access, Lane);
    } else {
      Access = B.CreateAlignedStore(B.CreateExtractElement(M.Data, Lane), P, One);
    }
    Access->setMetadata(LaneMark, Mark);
    Value *Next = Position ? B.CreateAdd(Position, B.getInt64(1)) : nullptr;
    auto Merge = [&](Value *Taken, Value *Not) -> Value * {
      if (!Taken || Always)
        return Taken;
      PHINode *PN = PHINode::Create(Taken->getType(), 2);
      PN->insertBefore(Before->getParent()->begin());
      PN->addIncoming(Taken, End->getParent());
      PN->addIncoming(Not, Off);
      return PN;
    };
    Result = M.Load ? Merge(New, Result) : nullptr;
    Position = Merge(Next, Position);
    B.SetInsertPoint(Before);
    B.SetCurrentDebugLocation(M.At->getDebugLoc());
  }
  return Result;
}

void replace(const Masked &M) {
  if (!M.Operand) {
    if (Value *V = makeLanes(M, M.At))
      M.At->replaceAllUsesWith(V);
    M.At->eraseFromParent();
    return;
  }
  Instruction *Slow = splitWhole(M.At);
  BasicBlock *Tail = M.At->getParent()->getSingleSuccessor();
  Value *V = makeLanes(M, Slow);
  if (!V)
    return;
  PHINode *PN = PHINode::Create(V->getType(), 2);
  PN->insertBefore(Tail->begin());
  M.At->replaceAllUsesWith(PN);
  PN->addIncoming(M.At, M.At->getParent());
  PN->addIncoming(V, Slow->getParent());
}

} // namespace

std::optional<std::pair<unsigned, Type *>>
crit::maskedVector(IntrinsicInst &I) {
  Masked M;
  if (!describe(I, M) || !M.Operand)
    return std::nullopt;
  return std::pair(*M.Operand, (Type *)M.type());
}

void crit::splitMasked(Function &F, Roots &R, bool Strict) {
  SmallVector<IntrinsicInst *, 8> All;
  for (Instruction &I : instructions(F)) {
    auto *II = dyn_cast<IntrinsicInst>(&I);
    Masked M;
    if (!II || II->hasMetadata(LLVMContext::MD_nosanitize) ||
        II->hasMetadata(SplitMark) || !describe(*II, M))
      continue;
    uint64_t Bytes = F.getDataLayout().getTypeStoreSize(M.type());
    if (!M.Operand || needsCheck(R, M.Pointer, Bytes, Strict))
      All.push_back(II);
  }
  // Described again: what one of them reads may be what another made.
  for (IntrinsicInst *II : All) {
    Masked M;
    describe(*II, M);
    replace(M);
  }
}
