//===- StackObjects.cpp - local arrays that others see --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   entry:  next = stacks.next[class]
//           this thread's own native stack, and next not exhausted?
//             yes: object = next; stacks.next[class] = next - size
//             no (cold): ask the runtime; 0: the object stays in the frame
//   exit:   stacks.next[class] = object, if it was taken from there
//
// A function that setjmp returns into or that catches exceptions saves all marks
// first: frames in between never gave back.
//===----------------------------------------------------------------------===//
#include "Checks.h"
#include "runtime/Abi.h"
#include "llvm/Analysis/PtrUseVisitor.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;
using namespace crit;

namespace {

/// What it makes is not looked at by Collect.
struct Quiet : IRBuilder<ConstantFolder, IRBuilderCallbackInserter> {
  explicit Quiet(Instruction *At)
      : IRBuilder(At->getContext(), ConstantFolder(),
                  IRBuilderCallbackInserter(
                      [](Instruction *I) { I->setNoSanitizeMetadata(); })) {
    SetInsertPoint(At);
  }
};

/// Its address is stored, passed or returned.
bool escapes(Value *V, unsigned Depth = 0) {
  if (Depth > 16)
    return true;
  for (User *U : V->users()) {
    auto *I = cast<Instruction>(U);
    if (isa<LoadInst>(I) || isa<ICmpInst>(I))
      continue;
    if (auto *S = dyn_cast<StoreInst>(I)) {
      if (S->getValueOperand() == V)
        return true;
      continue;
    }
    if (isa<GetElementPtrInst>(I) || isa<SelectInst>(I)) {
      if (escapes(I, Depth + 1))
        return true;
      continue;
    }
    if (auto *II = dyn_cast<IntrinsicInst>(I)) {
      if (II->isLifetimeStartOrEnd() || isa<DbgInfoIntrinsic>(II) ||
          isa<MemIntrinsic>(II))
        continue;
      return true;
    }
    return true;
  }
  return false;
}

struct Moved {
  AllocaInst *A;
  unsigned Class;
  uint64_t Slot;
  Value *Taken = nullptr;  ///< from the low-fat stack
  Value *Object = nullptr; ///< where it is
};

class Mover {
public:
  Mover(Function &F, Roots &R) : F(F), R(R), DL(F.getDataLayout()) {
    Rare = MDBuilder(F.getContext()).createBranchWeights(1, 1u << 20);
  }
  bool run();

private:
  bool choose(AllocaInst *A, Moved &M) const;
  Value *stacks(Quiet &B);
  Value *next(Quiet &B, Value *Stacks, unsigned Class);
  Value *stackPointer(Quiet &B);
  Value *foreign(Quiet &B, Value *Stacks, Value *Sp = nullptr);
  void enter(Moved &M, Instruction *At);
  void leave(Instruction *Exit, ArrayRef<Moved> All);
  void keepMarks(Instruction *At);

  Function &F;
  Roots &R;
  const DataLayout &DL;
  MDNode *Rare;
  Value *Stacks = nullptr;
};

bool Mover::choose(AllocaInst *A, Moved &M) const {
  auto Size = A->getAllocationSize(DL);
  if (!A->isStaticAlloca() || !Size || Size->isScalable() ||
      A->isUsedWithInAlloca() || A->isSwiftError() ||
      A->getAddressSpace() != 0 || !hasArray(A->getAllocatedType()))
    return false;
  uint64_t N = Size->getFixedValue() + 1;
  unsigned Log2 = std::max<unsigned>(CRIT_BL_STACK_MIN_LOG2, Log2_64_Ceil(N));
  if (Log2 - CRIT_BL_STACK_MIN_LOG2 >= CRIT_BL_STACK_CLASSES ||
      A->getAlign().value() > uint64_t(1) << Log2 || !escapes(A))
    return false;
  M.A = A;
  M.Class = Log2 - CRIT_BL_STACK_MIN_LOG2;
  M.Slot = uint64_t(1) << Log2;
  return true;
}

Value *Mover::stacks(Quiet &B) {
  return B.CreatePtrAdd(
      B.CreateIntrinsic(Intrinsic::thread_pointer, {B.getPtrTy()}, {}),
      entryWord(B, CRIT_BL_TLS));
}

Value *Mover::next(Quiet &B, Value *Stacks, unsigned Class) {
  return B.CreateConstGEP1_64(B.getInt64Ty(), Stacks, 2 + Class);
}

Value *Mover::stackPointer(Quiet &B) {
  auto *Name =
      MDNode::get(F.getContext(), MDString::get(F.getContext(), "rsp"));
  return B.CreateIntrinsic(Intrinsic::read_register, {B.getInt64Ty()},
                           {MetadataAsValue::get(F.getContext(), Name)});
}

/// True when this is not the native stack the thread's marks go with.
Value *Mover::foreign(Quiet &B, Value *Stacks, Value *Sp) {
  Type *I64 = B.getInt64Ty();
  Value *Low = B.CreateLoad(I64, Stacks);
  Value *Length = B.CreateLoad(I64, B.CreateConstGEP1_64(I64, Stacks, 1));
  return B.CreateICmpUGE(B.CreateSub(Sp ? Sp : stackPointer(B), Low), Length);
}

void Mover::enter(Moved &M, Instruction *At) {
  Quiet B(At);
  Type *I64 = B.getInt64Ty();
  if (!Stacks)
    Stacks = stacks(B);
  Value *Sp = stackPointer(B);
  Value *Foreign = foreign(B, Stacks, Sp);
  Value *Place = next(B, Stacks, M.Class);
  Value *Next = B.CreateLoad(I64, Place);
  uint64_t Area = CRIT_BL_STACK_AREA(M.Class + CRIT_BL_STACK_MIN_LOG2);
  Value *Empty =
      B.CreateICmpEQ(B.CreateAnd(Next, Area - 1), B.getInt64(0));
  Value *Slow = B.CreateOr(Foreign, Empty);
  BasicBlock *Fast = B.GetInsertBlock();
  Instruction *Cold = SplitBlockAndInsertIfThen(Slow, At, false, Rare);
  B.SetInsertPoint(Cold);
  Value *Target = B.CreateIntToPtr(entryWord(B, CRIT_BL_STACK), B.getPtrTy());
  auto *Ty = FunctionType::get(I64, {B.getInt32Ty(), I64}, false);
  CallInst *C = B.CreateCall(Ty, Target, {B.getInt32(M.Class), Sp});
  C->setCallingConv(CallingConv::PreserveMost);
  C->setDoesNotThrow();
  B.SetInsertPoint(At->getParent(), At->getParent()->begin());
  PHINode *PN = B.CreatePHI(I64, 2, "crit.slot");
  PN->addIncoming(Next, Fast);
  PN->addIncoming(C, Cold->getParent());
  M.Taken = PN;
  // 0: nothing taken. The mark is written only if something was.
  B.SetInsertPoint(At);
  Value *None = B.CreateICmpEQ(PN, B.getInt64(0));
  M.Object = B.CreateSelect(None, M.A, B.CreateIntToPtr(PN, B.getPtrTy()),
                            M.A->getName() + ".bounded");
  Instruction *Else =
      SplitBlockAndInsertIfThen(B.CreateNot(None), At, false,
                                MDBuilder(F.getContext())
                                    .createBranchWeights(1u << 20, 1));
  B.SetInsertPoint(Else);
  B.CreateStore(B.CreateSub(PN, B.getInt64(M.Slot)), Place);
}

void Mover::leave(Instruction *Exit, ArrayRef<Moved> All) {
  for (const Moved &M : llvm::reverse(All)) {
    Quiet B(Exit);
    Value *Took = B.CreateICmpNE(M.Taken, B.getInt64(0));
    Instruction *Then = SplitBlockAndInsertIfThen(
        Took, Exit, false,
        MDBuilder(F.getContext()).createBranchWeights(1u << 20, 1));
    B.SetInsertPoint(Then);
    B.CreateStore(M.Taken, next(B, Stacks, M.Class));
  }
}

/// Marks as they are now, put back wherever control may come from deeper frames.
void Mover::keepMarks(Instruction *At) {
  SmallVector<Instruction *, 4> Back;
  for (Instruction &I : instructions(F)) {
    if (auto *CB = dyn_cast<CallBase>(&I);
        CB && CB->hasFnAttr(Attribute::ReturnsTwice))
      Back.push_back(&I);
    if (auto *LP = dyn_cast<LandingPadInst>(&I); LP && LP->getNumClauses())
      Back.push_back(&I);
  }
  if (Back.empty())
    return;
  Quiet B(At);
  if (!Stacks)
    Stacks = stacks(B);
  uint64_t Bytes = 8 * CRIT_BL_STACK_CLASSES;
  auto *Ty = ArrayType::get(B.getInt64Ty(), CRIT_BL_STACK_CLASSES);
  Quiet E(&*F.getEntryBlock().getFirstInsertionPt());
  AllocaInst *Copy = E.CreateAlloca(Ty, nullptr, "crit.marks");
  B.CreateMemCpyInline(Copy, Align(8), next(B, Stacks, 0), Align(8),
                       B.getInt64(Bytes));
  for (Instruction *I : Back) {
    Instruction *After = I->getNextNode();
    if (auto *Inv = dyn_cast<InvokeInst>(I))
      After = &*Inv->getNormalDest()->getFirstInsertionPt();
    Quiet P(After);
    // The thread that runs here now; on a foreign native stack (coroutines) the
    // marks belong to somebody else.
    Value *Now = stacks(P);
    Value *Own = P.CreateNot(foreign(P, Now));
    P.SetInsertPoint(SplitBlockAndInsertIfThen(Own, After, false));
    P.CreateMemCpyInline(next(P, Now, 0), Align(8), Copy, Align(8),
                         P.getInt64(Bytes), /*isVolatile=*/true);
  }
}

bool Mover::run() {
  SmallVector<Moved, 4> All;
  for (Instruction &I : F.getEntryBlock())
    if (auto *A = dyn_cast<AllocaInst>(&I)) {
      Moved M;
      if (choose(A, M))
        All.push_back(M);
    }
  for (Moved &M : All) {
    SmallVector<Instruction *, 4> Markers;
    for (User *U : M.A->users())
      if (auto *I = cast<Instruction>(U); I->isLifetimeStartOrEnd())
        Markers.push_back(I);
    for (Instruction *I : Markers)
      I->eraseFromParent();
  }
  BasicBlock &Entry = F.getEntryBlock();
  Instruction *At = &*Entry.getFirstNonPHIOrDbgOrAlloca();
  for (Moved &M : All) {
    // Room as in the slot, whichever of the two it is.
    Quiet B(M.A);
    auto *Wide = B.CreateAlloca(ArrayType::get(B.getInt8Ty(), M.Slot));
    Wide->setAlignment(std::max(M.A->getAlign(), Align(16)));
    Wide->takeName(M.A);
    AllocaInst *Old = M.A;
    M.A = Wide;
    enter(M, At);
    Old->replaceAllUsesWith(M.Object);
    Old->eraseFromParent();
    R.setKnownSize(M.Object, M.Slot);
  }
  keepMarks(At);
  if (All.empty())
    return false;
  SmallVector<Instruction *, 4> Exits;
  for (BasicBlock &BB : F)
    if (Instruction *T = BB.getTerminator();
        isa<ReturnInst>(T) || isa<ResumeInst>(T) || isa<CleanupReturnInst>(T)) {
      if (CallInst *Tail = BB.getTerminatingMustTailCall())
        T = Tail;
      Exits.push_back(T);
    }
  for (Instruction *E : Exits)
    leave(E, All);
  return true;
}

} // namespace

bool crit::moveStackObjects(Function &F, Roots &R) { return Mover(F, R).run(); }
