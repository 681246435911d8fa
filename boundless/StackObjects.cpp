//===- StackObjects.cpp - local arrays that others see --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   entry:  next = stacks.next[class]
//           this thread's own native stack, and next not exhausted?
//             yes: object = next; stacks.next[class] = next - size
//             no (cold): ask the runtime; 0: the object stays in the frame
//   exit:   stacks.next[class] = object, if it was taken from there
//
// Entry is where control first comes that may use the object, out of loops: rare
// branches pay for their own arrays.
//
// A function that setjmp returns into or that catches exceptions saves all marks
// first: frames in between never gave back. It takes all objects before that.
//===----------------------------------------------------------------------===//
#include "Checks.h"
#include "runtime/Abi.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/PtrUseVisitor.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/SSAUpdater.h"

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
  unsigned Turn;                ///< in the source
  Instruction *Place = nullptr; ///< where it is taken
  unsigned Class;
  uint64_t Slot;
  Value *Taken = nullptr;  ///< from the low-fat stack
  Value *Object = nullptr; ///< where it is
};

class Mover {
public:
  Mover(Function &F, Roots &R, DominatorTree &DT, LoopInfo &LI)
      : F(F), R(R), DT(DT), LI(LI), DL(F.getDataLayout()) {
    Rare = MDBuilder(F.getContext()).createBranchWeights(1, 1u << 20);
  }
  bool run();

private:
  bool choose(AllocaInst *A, Moved &M) const;
  Value *stacks(Quiet &B);
  Value *next(Quiet &B, Value *Stacks, unsigned Class);
  Value *stackPointer(Quiet &B);
  Value *foreign(Quiet &B, Value *Stacks, Value *Sp = nullptr);
  Instruction *placeFor(AllocaInst *A, Instruction *Start) const;
  void order(SmallVectorImpl<Moved> &All) const;
  void enter(Moved &M, Instruction *At);
  void leave(Instruction *Exit, ArrayRef<Value *> Taken, ArrayRef<Moved> All);
  void keepMarks(Instruction *At);

  Function &F;
  Roots &R;
  DominatorTree &DT;
  LoopInfo &LI;
  const DataLayout &DL;
  MDNode *Rare;
};

/// Control may come back from deeper frames that never gave back.
SmallVector<Instruction *, 4> comesBack(Function &F) {
  SmallVector<Instruction *, 4> Back;
  for (Instruction &I : instructions(F)) {
    if (auto *CB = dyn_cast<CallBase>(&I);
        CB && CB->hasFnAttr(Attribute::ReturnsTwice))
      Back.push_back(&I);
    if (auto *LP = dyn_cast<LandingPadInst>(&I); LP && LP->getNumClauses())
      Back.push_back(&I);
  }
  return Back;
}

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

/// Control that leaves it may return to it.
static bool inCycle(BasicBlock *BB) {
  SmallVector<BasicBlock *, 8> Next(successors(BB));
  return !Next.empty() && isPotentiallyReachableFromMany(Next, BB, nullptr);
}

/// As low as it comes before all uses, but once in a call of the function.
Instruction *Mover::placeFor(AllocaInst *A, Instruction *Start) const {
  BasicBlock *BB = nullptr;
  for (Use &U : A->uses()) {
    auto *I = cast<Instruction>(U.getUser());
    BasicBlock *In = I->getParent();
    if (auto *PN = dyn_cast<PHINode>(I))
      In = PN->getIncomingBlock(U);
    if (!DT.isReachableFromEntry(In))
      return Start;
    BB = BB ? DT.findNearestCommonDominator(BB, In) : In;
  }
  // Blocks of cycles that are no loops, too, must not take it again.
  while (BB && BB != Start->getParent() &&
         (LI.getLoopFor(BB) || BB->isEHPad() || inCycle(BB)))
    BB = DT.getNode(BB)->getIDom()->getBlock();
  if (!BB || BB == Start->getParent())
    return Start;
  return &*BB->getFirstInsertionPt();
}

/// In which they are taken when control comes by several places.
void Mover::order(SmallVectorImpl<Moved> &All) const {
  DenseMap<BasicBlock *, unsigned> Number;
  for (BasicBlock *BB : ReversePostOrderTraversal<Function *>(&F))
    Number[BB] = Number.size();
  llvm::sort(All, [&](const Moved &X, const Moved &Y) {
    return std::pair(Number.lookup(X.Place->getParent()), X.Turn) <
           std::pair(Number.lookup(Y.Place->getParent()), Y.Turn);
  });
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
  Value *Stacks = stacks(B);
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

void Mover::leave(Instruction *Exit, ArrayRef<Value *> Taken,
                  ArrayRef<Moved> All) {
  for (unsigned N = All.size(); N--;) {
    Quiet B(Exit);
    Value *Took = B.CreateICmpNE(Taken[N], B.getInt64(0));
    Instruction *Then = SplitBlockAndInsertIfThen(
        Took, Exit, false,
        MDBuilder(F.getContext()).createBranchWeights(1u << 20, 1));
    B.SetInsertPoint(Then);
    B.CreateStore(Taken[N], next(B, stacks(B), All[N].Class));
  }
}

/// Marks as they are now, put back wherever control may come from deeper frames.
void Mover::keepMarks(Instruction *At) {
  SmallVector<Instruction *, 4> Back = comesBack(F);
  if (Back.empty())
    return;
  Quiet B(At);
  Value *Stacks = stacks(B);
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
      M.Turn = All.size();
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
  bool AtOnce = F.hasOptNone() || !comesBack(F).empty();
  for (Moved &M : All)
    M.Place = AtOnce ? At : placeFor(M.A, At);
  order(All);
  for (Moved &M : All) {
    // Room as in the slot, whichever of the two it is.
    Quiet B(M.A);
    auto *Wide = B.CreateAlloca(ArrayType::get(B.getInt8Ty(), M.Slot));
    Wide->setAlignment(std::max(M.A->getAlign(), Align(16)));
    Wide->takeName(M.A);
    AllocaInst *Old = M.A;
    M.A = Wide;
    enter(M, M.Place);
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
  // What was taken on the way to each exit, before any of them is split.
  SmallVector<SmallVector<Value *, 4>, 4> Taken(Exits.size());
  for (Moved &M : All) {
    SSAUpdater Reaching;
    Reaching.Initialize(M.Taken->getType(), "crit.taken");
    Reaching.AddAvailableValue(&Entry, ConstantInt::get(M.Taken->getType(), 0));
    Reaching.AddAvailableValue(cast<Instruction>(M.Taken)->getParent(), M.Taken);
    for (unsigned N = 0; N < Exits.size(); ++N)
      Taken[N].push_back(
          Reaching.GetValueInMiddleOfBlock(Exits[N]->getParent()));
  }
  for (unsigned N = 0; N < Exits.size(); ++N)
    leave(Exits[N], Taken[N], All);
  return true;
}

} // namespace

bool crit::moveStackObjects(Function &F, Roots &R, DominatorTree &DT,
                            LoopInfo &LI) {
  return Mover(F, R, DT, LI).run();
}
