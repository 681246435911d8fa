//===- Emit.cpp - bounds, checks and calls of the runtime -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every address in the way of the fast path is plain IR, so that later passes
// hoist and share it; every call is in a cold block and preserves registers.
//===----------------------------------------------------------------------===//
#include "Carried.h"
#include "Checks.h"
#include "Groups.h"
#include "RepeatableCalls.h"
#include "Sites.h"
#include "Table.h"
#include "runtime/Abi.h"
#include "llvm/ADT/SmallSet.h"
#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/DomTreeUpdater.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;
using namespace crit;

namespace {

class Emitter {
public:
  Emitter(Function &F, Roots &R, Sites &S, DominatorTree &DT, LoopInfo &LI,
          BlockFrequencyInfo *BFI)
      : F(F), R(R), S(S), DT(DT), LI(LI), BFI(BFI), DL(F.getDataLayout()),
        DTU(DT, DomTreeUpdater::UpdateStrategy::Eager) {
    MDBuilder MD(F.getContext());
    Rare = MD.createBranchWeights(1, 1u << 20);
  }

  void run(Work &W);

private:
  std::pair<Value *, Value *> lookup(IRBuilder<> &B, Value *Root);
  void makeBounds(Group &G);
  void makeRoom(Group &G, bool Ask);
  void makeDelta(Group &G);
  Bounds &boundsFor(Value *Root, Instruction *At) {
    return Bounded[BoundedAt.at({Root, At})].Made;
  }
  Bounds findBounds(Value *Root, Instruction *At) const {
    auto It = BoundedAt.find({Root, At});
    return It == BoundedAt.end() ? Bounds() : Bounded[It->second].Made;
  }
  Value *failing(IRBuilder<> &B, Check &C, bool Escape);
  Value *failingField(IRBuilder<> &B, Check &C);
  Value *failingMeasured(IRBuilder<> &B, Check &C);
  void write(Check &C);
  void decide(LoopVersion &V);
  void decide(Guard &G);
  CallInst *callEntry(IRBuilder<> &B, unsigned Entry, Type *Ret,
                      ArrayRef<Value *> Args);
  Value *sizeOf(IRBuilder<> &B, Check &C);
  bool needsBounds(const Check &C) const {
    return !constantSize(C.Root) && !C.Leader && alignmentThatDoes(C) == 1;
  }
  /// What the root is known to have: no bounds need to be computed.
  std::optional<uint64_t> constantSize(Value *Root) const {
    auto Known = R.knownSize(Root);
    return Known ? Known : R.declaredSize(Root);
  }
  /// Of a constant part of what the root points to.
  static bool isField(const Check &C) { return C.Offset && !C.Measured; }
  Value *rootOf(const Check &C) const {
    Value *Merge = Loaded.lookup(C.Root);
    return Merge ? Merge : C.Root;
  }
  void bound(Work &W);
  void boundInTwin(const UseMap &Uses);
  AllocaInst *valueBuffer(uint64_t Bytes);

  Function &F;
  Roots &R;
  Sites &S;
  DominatorTree &DT;
  LoopInfo &LI;
  BlockFrequencyInfo *BFI; ///< null: one group a root
  const DataLayout &DL;
  DomTreeUpdater DTU;
  MDNode *Rare;
  SmallVector<Group, 16> Bounded;
  GroupMap BoundedAt;
  DenseMap<Value *, Value *> Loaded; ///< roots that are there twice, and their merges
  AllocaInst *Buffer = nullptr;
};

CallInst *Emitter::callEntry(IRBuilder<> &B, unsigned Entry, Type *Ret,
                             ArrayRef<Value *> Args) {
  SmallVector<Type *, 5> Types;
  for (Value *V : Args)
    Types.push_back(V->getType());
  auto *Ty = FunctionType::get(Ret, Types, false);
  Value *Target = B.CreateIntToPtr(entryWord(B, Entry), B.getPtrTy());
  CallInst *C = B.CreateCall(Ty, Target, Args);
  C->setCallingConv(CallingConv::PreserveMost);
  C->setDoesNotThrow();
  // A store through the runtime overwrites what may have been read: not it. What
  // the others change is events counted and windows made.
  if (Entry != CRIT_BL_STORE)
    markRepeatable(*C);
  return C;
}

/// The runtime's answer: base and size.
std::pair<Value *, Value *> Emitter::lookup(IRBuilder<> &B, Value *Root) {
  auto *Ty = StructType::get(F.getContext(), {B.getInt64Ty(), B.getInt64Ty()});
  Value *Pair = callEntry(B, CRIT_BL_LOOKUP, Ty, {Root});
  return {B.CreateExtractValue(Pair, 0), B.CreateExtractValue(Pair, 1)};
}

/// All that fields want. Those in images and in the window are asked for one by
/// one, unless they are many.
void Emitter::makeRoom(Group &G, bool Ask) {
  Instruction *Place = G.Place;
  IRBuilder<> B(Place);
  std::tie(G.Made.Room, G.Made.Size) = roomBehind(B, G.Root, 0);
  if (!Ask)
    return;
  Type *I64 = B.getInt64Ty();
  BasicBlock *Fast = Place->getParent();
  Instruction *Cold = SplitBlockAndInsertIfThen(
      B.CreateICmpEQ(G.Made.Size, B.getInt64(0)), Place, false, Rare, &DTU, &LI);
  B.SetInsertPoint(Cold);
  auto [Base, Size] = lookup(B, G.Root);
  Value *Room = B.CreateBinaryIntrinsic(Intrinsic::usub_sat, B.CreateAdd(Base, Size),
                                        B.CreatePtrToInt(G.Root, I64));
  B.SetInsertPoint(Place->getParent(), Place->getParent()->begin());
  auto Merge = [&](Value *Fine, Value *Asked) {
    PHINode *PN = B.CreatePHI(I64, 2);
    PN->addIncoming(Fine, Fast);
    PN->addIncoming(Asked, Cold->getParent());
    return PN;
  };
  G.Made.Room = Merge(G.Made.Room, Room);
  G.Made.Size = Merge(G.Made.Size, Size);
  G.Made.Asked = true;
}

void Emitter::makeBounds(Group &G) {
  Instruction *Place = G.Place;
  Value *Root = G.Root;
  IRBuilder<> B(Place);
  Type *I64 = B.getInt64Ty();
  Value *P = B.CreatePtrToInt(Root, I64);
  auto [Magic, Size] = tableRow(B, P);
  Value *Base = B.CreateMul(upperHalf(B, P, Magic), Size, "crit.base");
  // Images with hardened globals and the window have no slots: ask.
  Value *Ask = B.CreateICmpEQ(Size, B.getInt64(0));
  BasicBlock *Fast = Place->getParent();
  Instruction *Cold =
      SplitBlockAndInsertIfThen(Ask, Place, false, Rare, &DTU, &LI);
  B.SetInsertPoint(Cold);
  auto [Base2, Size2] = lookup(B, Root);
  B.SetInsertPoint(Place->getParent(), Place->getParent()->begin());
  auto Merge = [&](Value *Fine, Value *Asked) {
    PHINode *PN = B.CreatePHI(I64, 2);
    PN->addIncoming(Fine, Fast);
    PN->addIncoming(Asked, Cold->getParent());
    return PN;
  };
  G.Made.Base = Merge(Base, Base2);
  G.Made.Size = Merge(Size, Size2);
  G.Made.Asked = true;
}

/// What to add to a pointer from the root before it is compared.
void Emitter::makeDelta(Group &G) {
  Instruction *Place = G.Place;
  Value *Root = G.Root;
  IRBuilder<> B(Place);
  Value *P = B.CreatePtrToInt(Root, B.getInt64Ty());
  Value *Is = B.CreateICmpEQ(B.CreateLShr(P, CRIT_BL_REGION_BITS),
                             B.getInt64(CRIT_BL_WINDOW_REGION));
  BasicBlock *Fast = Place->getParent();
  Instruction *Cold =
      SplitBlockAndInsertIfThen(Is, Place, false, Rare, &DTU, &LI);
  B.SetInsertPoint(Cold);
  Value *D = callEntry(B, CRIT_BL_DECODE, B.getInt64Ty(), {Root});
  B.SetInsertPoint(Place->getParent(), Place->getParent()->begin());
  PHINode *PN = B.CreatePHI(B.getInt64Ty(), 2, "crit.delta");
  PN->addIncoming(B.getInt64(0), Fast);
  PN->addIncoming(D, Cold->getParent());
  G.Made.Delta = PN;
}

Value *Emitter::sizeOf(IRBuilder<> &B, Check &C) {
  if (auto Size = R.knownSize(C.Root))
    return B.getInt64(*Size);
  if (R.declaredSize(C.Root) || !needsBounds(C))
    return B.getInt64(0); // it asks
  Value *Size = findBounds(C.Root, C.At).Size;
  return Size ? Size : B.getInt64(0);
}

static Value *isAligned(IRBuilder<> &B, Value *P, uint64_t Align) {
  return B.CreateICmpEQ(B.CreateAnd(P, B.getInt64(Align - 1)), B.getInt64(0));
}

/// True when the check fails.
Value *Emitter::failing(IRBuilder<> &B, Check &C, bool Escape) {
  Type *I64 = B.getInt64Ty();
  auto Size = constantSize(C.Root);
  uint64_t N = C.Bytes;
  if (Size) {
    Value *Off = C.Offset
                     ? (Value *)B.getInt64(uint64_t(*C.Offset))
                     : B.CreateSub(B.CreatePtrToInt(C.pointer(), I64),
                                   B.CreatePtrToInt(rootOf(C), I64));
    if (!Escape && N > *Size)
      return B.getTrue();
    // One past the end is a proper pointer where that is nobody's start.
    uint64_t Last = Escape ? *Size - R.isSlot(C.Root) : *Size - N;
    return B.CreateICmpUGT(Off, B.getInt64(Last));
  }
  if (uint64_t A = alignmentThatDoes(C); A > 1)
    return B.CreateNot(isAligned(B, B.CreatePtrToInt(rootOf(C), I64), A));
  if (isField(C))
    return failingField(B, C);
  Bounds &K = boundsFor(C.Root, C.At);
  Value *Off = B.CreateSub(B.CreatePtrToInt(C.pointer(), I64), K.Base);
  if (Escape)
    return B.CreateICmpUGE(Off, K.Size);
  // No slot has fewer than 16 bytes.
  if (N <= 16)
    return B.CreateICmpUGT(Off, B.CreateSub(K.Size, B.getInt64(N)));
  return B.CreateOr(B.CreateICmpUGE(Off, K.Size),
                    B.CreateICmpULT(B.CreateSub(K.Size, Off), B.getInt64(N)));
}

/// What has to be in one slot: the root too, for it is its slot that counts, not
/// the one before it.
static uint64_t bytesFrom(int64_t Low, uint64_t High) {
  return Low < 0 ? uint64_t(std::max<int64_t>(int64_t(High), 1) - Low) : High;
}

/// The same where the distance from the root is a constant.
Value *Emitter::failingField(IRBuilder<> &B, Check &C) {
  // A pointer that leaves has to point to one byte.
  int64_t Low = std::min<int64_t>(*C.Offset, 0);
  uint64_t High = uint64_t(*C.Offset) + std::max<uint64_t>(C.Bytes, 1);
  Bounds K = findBounds(C.Root, C.At);
  if (K.Base) {
    Value *P = B.CreatePtrToInt(rootOf(C), B.getInt64Ty());
    Value *End = B.CreateAdd(K.Base, K.Size);
    Value *Bad = B.CreateICmpUGT(B.CreateAdd(P, B.getInt64(High)), End);
    if (Low < 0)
      Bad = B.CreateOr(
          Bad, B.CreateICmpULT(B.CreateAdd(P, B.getInt64(uint64_t(Low))), K.Base));
    return Bad;
  }
  if (Low == 0 && K.Room)
    return B.CreateICmpULT(K.Room, B.getInt64(High));
  return B.CreateICmpULT(roomBehind(B, rootOf(C), Low).first,
                         B.getInt64(bytesFrom(Low, High)));
}

/// The same for as many bytes as the call says, for none anything will do.
Value *Emitter::failingMeasured(IRBuilder<> &B, Check &C) {
  Type *I64 = B.getInt64Ty();
  Value *Length = B.CreateZExtOrTrunc(lengthOf(*cast<CallBase>(C.At)), I64);
  auto Known = constantSize(C.Root);
  Value *Size = Known ? B.getInt64(*Known) : boundsFor(C.Root, C.At).Size;
  Value *Base = Known ? B.CreatePtrToInt(rootOf(C), I64)
                      : boundsFor(C.Root, C.At).Base;
  // In its slot, unless that is one in the window, which ends far below.
  if (!Known && C.Offset == 0) {
    Value *Sum = B.CreateBinaryIntrinsic(Intrinsic::uadd_with_overflow,
                                         B.CreatePtrToInt(rootOf(C), I64), Length);
    return B.CreateOr(B.CreateExtractValue(Sum, 1),
                      B.CreateICmpUGT(B.CreateExtractValue(Sum, 0),
                                      B.CreateAdd(Base, Size)));
  }
  Value *Off = Known && C.Offset
                   ? (Value *)B.getInt64(uint64_t(*C.Offset))
                   : B.CreateSub(B.CreatePtrToInt(C.pointer(), I64), Base);
  // Both, for the length may be anything, and the root an address in the window,
  // which is outside of what its region says.
  return B.CreateOr(B.CreateICmpUGE(Off, Size),
                    B.CreateICmpUGT(Length, B.CreateSub(Size, Off)));
}

/// Shared by all stores: the runtime takes a value from memory.
AllocaInst *Emitter::valueBuffer(uint64_t Bytes) {
  if (!Buffer) {
    IRBuilder<> B(&*F.getEntryBlock().getFirstInsertionPt());
    Buffer = B.CreateAlloca(ArrayType::get(B.getInt8Ty(), Bytes), nullptr,
                            "crit.value");
    Buffer->setAlignment(Align(16));
  } else if (DL.getTypeAllocSize(Buffer->getAllocatedType()) < Bytes) {
    Buffer->setAllocatedType(
        ArrayType::get(Type::getInt8Ty(F.getContext()), Bytes));
  }
  return Buffer;
}

void Emitter::write(Check &C) {
  IRBuilder<> B(C.At);
  Instruction *At = C.At;
  Value *P = C.pointer();
  if (C.Leader && C.Leader->Address) {
    At->setOperand(C.Operand, C.Leader->Address);
    return;
  }
  if (C.Kind == CheckKind::Whole) {
    B.SetInsertPoint(wholeBefore(C));
    requireWhole(C, B.CreateNot(C.Measured ? failingMeasured(B, C)
                                           : failing(B, C, false)));
    return;
  }
  bool Escape = C.Kind == CheckKind::Escape;
  Value *Bad = failing(B, C, Escape);
  Value *Size = sizeOf(B, C);
  Constant *Site = S.make(F, At->getDebugLoc(), C.Bytes, C.SiteKind);
  if (C.Kind == CheckKind::Store && !C.Leads) {
    auto *St = cast<StoreInst>(At);
    Value *V = St->getValueOperand();
    Instruction *Cold, *Fast;
    SplitBlockAndInsertIfThenElse(Bad, At, &Cold, &Fast, Rare, &DTU, &LI);
    St->moveBefore(Fast->getIterator());
    B.SetInsertPoint(Cold);
    AllocaInst *Buf = valueBuffer(C.Bytes);
    B.CreateAlignedStore(V, Buf, Align(16));
    callEntry(B, CRIT_BL_STORE, B.getVoidTy(), {P, rootOf(C), Size, Site, Buf});
    return;
  }
  if (C.Kind == CheckKind::Load && !C.Leads &&
      !At->getType()->isX86_AMXTy()) {
    // Twice, so that the usual one needs no merged address.
    Instruction *Cold, *Fast;
    SplitBlockAndInsertIfThenElse(Bad, At, &Cold, &Fast, Rare, &DTU, &LI);
    PHINode *PN = PHINode::Create(At->getType(), 2);
    PN->insertBefore(At->getParent()->begin());
    At->replaceAllUsesWith(PN);
    At->moveBefore(Fast->getIterator());
    Instruction *Slow = At->clone();
    Slow->insertBefore(Cold->getIterator());
    B.SetInsertPoint(Slow);
    Slow->setOperand(0, callEntry(B, CRIT_BL_LOAD, B.getPtrTy(),
                                  {P, rootOf(C), Size, Site}));
    PN->addIncoming(At, At->getParent());
    PN->addIncoming(Slow, Slow->getParent());
    Loaded[At] = PN;
    return;
  }
  unsigned Entry = Escape ? CRIT_BL_ESCAPE : CRIT_BL_ADDRESS;
  BasicBlock *Fast = At->getParent();
  Instruction *Cold =
      SplitBlockAndInsertIfThen(Bad, At, false, Rare, &DTU, &LI);
  B.SetInsertPoint(Cold);
  Value *Other = callEntry(B, Entry, B.getPtrTy(), {P, rootOf(C), Size, Site});
  B.SetInsertPoint(At);
  PHINode *PN = PHINode::Create(B.getPtrTy(), 2);
  PN->insertBefore(At->getParent()->begin());
  PN->addIncoming(P, Fast);
  PN->addIncoming(Other, Cold->getParent());
  At->setOperand(C.Operand, PN);
  C.Address = PN;
}

/// Whole ranges in bounds: the loop may go without checks.
void Emitter::decide(LoopVersion &V) {
  IRBuilder<> B(V.Branch);
  Type *I64 = B.getInt64Ty();
  Value *All = nullptr;
  SmallSet<std::tuple<Value *, Value *, uint64_t>, 8> Done;
  SmallPtrSet<Value *, 4> Counted;
  for (LoopRange &G : V.Ranges) {
    auto Known = R.knownSize(G.Root);
    Value *Base = Known ? B.CreatePtrToInt(G.Root, I64)
                        : boundsFor(G.Root, V.Branch).Base;
    Value *Size = Known ? (Value *)B.getInt64(*Known)
                        : boundsFor(G.Root, V.Branch).Size;
    auto And = [&](Value *V) { All = All ? B.CreateAnd(All, V) : V; };
    // Rounds beyond the size could have come around.
    if (G.Moves && Counted.insert(G.Root).second)
      And(B.CreateICmpULE(V.Count, Size));
    if (!Done.insert({G.First, G.Last, G.Bytes}).second)
      continue;
    if (Known && *Known < G.Bytes)
      And(B.getFalse());
    // No slot has fewer than 16 bytes; wider accesses must fit, too.
    if (!Known && G.Bytes > 16)
      And(B.CreateICmpUGE(Size, B.getInt64(G.Bytes)));
    Value *Last = B.CreateSub(Size, B.getInt64(G.Bytes));
    And(B.CreateICmpULE(B.CreateSub(B.CreatePtrToInt(G.First, I64), Base), Last));
    And(B.CreateICmpULE(B.CreateSub(B.CreatePtrToInt(G.Last, I64), Base), Last));
  }
  V.Branch->setCondition(All);
}

/// All fields in bounds: the first body may go on.
void Emitter::decide(Guard &G) {
  IRBuilder<> B(G.Branch);
  Value *P = B.CreatePtrToInt(G.Root, B.getInt64Ty());
  // Fails for addresses in the window: asked, the runtime says 64 bytes from 0.
  auto Inside = [&](Value *Base, Value *Size) {
    Value *End = B.CreateAdd(Base, Size);
    Value *In = B.CreateICmpULE(B.CreateAdd(P, B.getInt64(uint64_t(G.High))), End);
    if (G.Low >= 0)
      return In;
    return B.CreateAnd(
        In, B.CreateICmpUGE(B.CreateAdd(P, B.getInt64(uint64_t(G.Low))), Base));
  };
  BranchInst *Br = G.Branch;
  Bounds K = findBounds(G.Root, G.Branch);
  if (K.Base) {
    Br->setCondition(Inside(K.Base, K.Size));
    return;
  }
  if (G.Aligned > 1) {
    Br->setCondition(isAligned(B, P, G.Aligned));
    Br = branchBeforeTwin(Br, DTU, LI);
    B.SetInsertPoint(Br);
  }
  if (G.Low < 0 || !K.Room)
    std::tie(K.Room, K.Size) = roomBehind(B, G.Root, G.Low);
  Br->setCondition(B.CreateICmpUGE(K.Room, B.getInt64(bytesFrom(G.Low, G.High))));
  if (K.Asked && G.Low >= 0)
    return;
  // Images with hardened globals have no slots: ask.
  BranchInst *Asked = branchBeforeTwin(Br, DTU, LI);
  B.SetInsertPoint(Asked);
  auto [Base, Size] = lookup(B, G.Root);
  Asked->setCondition(B.CreateAnd(B.CreateICmpEQ(K.Size, B.getInt64(0)),
                                  Inside(Base, Size)));
}

/// The twin computes bounds where it uses them: the first body must not keep what
/// it hardly ever needs.
void Emitter::boundInTwin(const UseMap &Uses) {
  for (auto &[Root, At] : Uses) {
    MapVector<BasicBlock *, SmallVector<Instruction *, 4>> In;
    for (Instruction *I : At)
      In[I->getParent()].push_back(I);
    for (auto &[BB, Some] : In) {
      Group G{Root, Some.front(), Some, {}, true};
      for (Instruction *I : Some) {
        if (I->comesBefore(G.Place))
          G.Place = I;
        BoundedAt[{Root, I}] = Bounded.size();
      }
      Bounded.push_back(G);
    }
  }
}

/// Bounds where they are wanted; only the room behind it for a root whose fields
/// alone are used.
void Emitter::bound(Work &W) {
  // A Whole check is made in front of its access.
  auto Before = [](const Check &C) {
    return C.Kind == CheckKind::Whole ? wholeBefore(C) : C.At;
  };
  DenseSet<std::pair<Value *, Instruction *>> Indexed, Checked;
  SmallPtrSet<Value *, 16> Full, Merged;
  for (Check &C : W.Checks)
    if (needsBounds(C) && !isField(C))
      Indexed.insert({C.Root, Before(C)});
  UseMap Wanted, InTwin;
  for (LoopVersion &V : W.Versions)
    for (LoopRange &G : V.Ranges)
      if (!R.knownSize(G.Root)) {
        Wanted[G.Root].push_back(V.Branch);
        Indexed.insert({G.Root, V.Branch});
      }
  for (auto &[Root, At] : Indexed) {
    Full.insert(Root);
    // Whose bounds will be merged.
    if (isMerge(Root))
      for (Value *V : cast<User>(Root)->operands())
        Merged.insert(V);
  }
  // What lies below a root has no use for the room behind it.
  auto Shares = [&](Value *Root, int64_t Low) {
    return Low >= 0 || Full.contains(Root) || Merged.contains(Root);
  };
  SmallVector<std::pair<Check *, Instruction *>, 32> Sharing;
  for (Check &C : W.Checks) {
    if (!needsBounds(C) || (isField(C) && !Shares(C.Root, *C.Offset)))
      continue;
    Instruction *At = Before(C);
    (C.Slow ? InTwin : Wanted)[C.Root].push_back(At);
    Checked.insert({C.Root, At});
    Sharing.push_back({&C, At});
  }
  for (Guard &G : W.Guards)
    if (G.Aligned == 1 && Shares(G.Root, G.Low))
      Wanted[G.Root].push_back(G.Branch);
  // All places before any change: splitting moves no instruction.
  Bounded = groupUses(Wanted, BoundedAt, F, DT, LI, BFI);
  boundInTwin(InTwin);
  auto IsFull = [&](const Group &G) {
    return Merged.contains(G.Root) || llvm::any_of(G.At, [&](Instruction *I) {
             return Indexed.contains({G.Root, I});
           });
  };
  auto Asks = [&](const Group &G) {
    Loop *Here = LI.getLoopFor(G.Place->getParent());
    unsigned Num = 0;
    for (Instruction *I : G.At)
      if (Checked.contains({G.Root, I}))
        Num += LI.getLoopFor(I->getParent()) == Here ? 1 : 2;
    return Num > 1;
  };
  SmallVector<std::optional<CarriedWeb>, 16> Webs;
  for (Group &G : Bounded)
    Webs.push_back(IsFull(G) ? findWeb(G, Bounded, LI, BFI) : std::nullopt);
  DenseMap<Value *, Bounds> Carried;
  for (bool Merges : {false, true})
    for (auto [G, Web] : zip_equal(Bounded, Webs)) {
      if (isMerge(G.Root) != Merges ||
          (Merges && !G.Slow && mergeBounds(G, Bounded, DT)))
        continue;
      if (Web) {
        if (!Carried.count(G.Root))
          for (auto &[V, Made] : carryBounds(*Web, [&](Value *V, Instruction *Place) {
                 Group Leaf{V, Place, {}, {}};
                 makeBounds(Leaf);
                 return Leaf.Made;
               }))
            Carried[V] = Made;
        G.Made = Carried[G.Root];
        continue;
      }
      if (IsFull(G))
        makeBounds(G);
      else
        makeRoom(G, Asks(G));
    }
  for (auto [C, At] : Sharing) {
    unsigned N = BoundedAt.at({C->Root, At});
    BoundedAt[{C->Root, C->At}] = N;
  }
}

void Emitter::run(Work &W) {
  UseMap Compared;
  for (Decode &D : W.Decodes)
    Compared[D.Root].push_back(D.At);
  GroupMap ComparedAt;
  SmallVector<Group, 16> Moved =
      groupUses(Compared, ComparedAt, F, DT, LI, BFI);
  bound(W);
  for (Group &G : Moved)
    makeDelta(G);
  for (Decode &D : W.Decodes) {
    IRBuilder<> B(D.At);
    Value *V = D.At->getOperand(D.Operand);
    Value *Delta = Moved[ComparedAt.at({D.Root, D.At})].Made.Delta;
    V = V->getType()->isPointerTy() ? B.CreatePtrAdd(V, Delta)
                                    : B.CreateAdd(V, Delta);
    D.At->setOperand(D.Operand, V);
  }
  for (LoopVersion &V : W.Versions)
    decide(V);
  for (Guard &G : W.Guards)
    decide(G);
  for (Check &C : W.Checks)
    write(C);
}

} // namespace

void crit::emit(Function &F, Work &W, Roots &R, Sites &S, DominatorTree &DT,
                LoopInfo &LI, BlockFrequencyInfo *BFI) {
  Emitter(F, R, S, DT, LI, BFI).run(W);
  if (!F.hasOptNone())
    sinkFields(F);
}
