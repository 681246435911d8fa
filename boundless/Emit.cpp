//===- Emit.cpp - bounds, checks and calls of the runtime -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every address in the way of the fast path is plain IR, so that later passes
// hoist and share it; every call is in a cold block and preserves registers.
//===----------------------------------------------------------------------===//
#include "Checks.h"
#include "RepeatableCalls.h"
#include "Sites.h"
#include "runtime/Abi.h"
#include "llvm/ADT/MapVector.h"
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

Value *crit::entryWord(IRBuilderBase &B, unsigned Index) {
  // A constant address: one indirect call or one load, no symbol.
  Value *P = B.CreateIntToPtr(B.getInt64(CRIT_BL_ENTRIES + 8 * Index),
                              B.getPtrTy());
  LoadInst *L = B.CreateAlignedLoad(B.getInt64Ty(), P, Align(8));
  L->setMetadata(LLVMContext::MD_invariant_load,
                 MDNode::get(B.getContext(), {}));
  return L;
}

namespace {

// Uses of a root beyond which its bounds are computed once.
const unsigned MostGrouped = 64;

struct Bounds {
  Value *Base = nullptr, *Size = nullptr, *Room = nullptr;
  Value *End = nullptr; ///< as the table says; only guards are content with it
  Value *Delta = nullptr; ///< what a compared pointer wants added
};

/// Uses of a root that one computation of its bounds serves.
struct Group {
  Value *Root;
  Instruction *Place;
  SmallVector<Instruction *, 4> At;
  Bounds Made;
  bool Slow = false; ///< in the twin
};

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
  using UseMap = MapVector<Value *, SmallVector<Instruction *, 4>>;
  using GroupMap = DenseMap<std::pair<Value *, Instruction *>, unsigned>;

  Instruction *placeFor(Value *Root, ArrayRef<Instruction *> At);
  void group(Value *Root, ArrayRef<Instruction *> At,
             SmallVectorImpl<Group> &Out);
  SmallVector<Group, 16> groups(const UseMap &Uses, GroupMap &Map);
  std::pair<Value *, Value *> loadRow(IRBuilder<> &B, Value *P);
  std::pair<Value *, Value *> lookup(IRBuilder<> &B, Value *Root);
  void makeBounds(Group &G);
  void makeEnd(Group &G);
  void makeRoom(Group &G);
  void makeDelta(Group &G);
  Bounds &boundsFor(Value *Root, Instruction *At) {
    return Bounded[BoundedAt.at({Root, At})].Made;
  }
  Value *failing(IRBuilder<> &B, Check &C, bool Escape);
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
  bool mergeBounds(Group &G);
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
  AllocaInst *Buffer = nullptr;
};

/// Where bounds of Root serve all of At: as low as they dominate all, but out of
/// loops.
Instruction *Emitter::placeFor(Value *Root, ArrayRef<Instruction *> At) {
  BasicBlock *BB = At[0]->getParent();
  for (Instruction *I : At)
    BB = DT.findNearestCommonDominator(BB, I->getParent());
  auto *Def = dyn_cast<Instruction>(Root);
  BasicBlock *Home = Def ? Def->getParent() : &F.getEntryBlock();
  auto Earliest = [&](BasicBlock *B) -> Instruction * {
    Instruction *First = nullptr;
    for (Instruction *I : At)
      if (I->getParent() == B && (!First || I->comesBefore(First)))
        First = I;
    return First;
  };
  BasicBlock *Low = BB;
  while (Loop *L = LI.getLoopFor(BB)) {
    BasicBlock *Pre = L->getLoopPreheader();
    if (L->contains(Home) || !Pre)
      break;
    if (Def && !DT.dominates(Def, Pre->getTerminator()))
      break;
    BB = Pre;
  }
  if (BB != Low)
    return BB->getTerminator();
  // In the block of the first use, right before it.
  if (Instruction *First = Earliest(BB))
    return First;
  return BB->getTerminator();
}

/// Uses in rare branches get bounds there, if that makes them rarer in all.
void Emitter::group(Value *Root, ArrayRef<Instruction *> At,
                    SmallVectorImpl<Group> &Out) {
  Group All{Root, placeFor(Root, At), {At.begin(), At.end()}, {}};
  bool Reachable = llvm::all_of(At, [&](Instruction *I) {
    return DT.isReachableFromEntry(I->getParent());
  });
  if (!BFI || !Reachable || At.size() == 1 || At.size() > MostGrouped) {
    Out.push_back(All);
    return;
  }
  BasicBlock *Common = At[0]->getParent();
  for (Instruction *I : At)
    Common = DT.findNearestCommonDominator(Common, I->getParent());
  DomTreeNode *Top = DT.getNode(Common);
  MapVector<DomTreeNode *, SmallVector<Instruction *, 4>> Below;
  for (Instruction *I : At) {
    DomTreeNode *N = DT.getNode(I->getParent());
    while (N != Top && N->getIDom() != Top)
      N = N->getIDom();
    Below[N].push_back(I);
  }
  SmallVector<Group, 4> Parts;
  uint64_t Sum = 0;
  if (!Below.count(Top)) {
    for (auto &[N, Some] : Below)
      group(Root, Some, Parts);
    for (Group &G : Parts)
      Sum += BFI->getBlockFreq(G.Place->getParent()).getFrequency();
  }
  uint64_t Whole =
      Parts.empty() ? 0 : BFI->getBlockFreq(All.Place->getParent()).getFrequency();
  if (Sum < Whole - Whole / 4)
    Out.append(Parts.begin(), Parts.end());
  else
    Out.push_back(All);
}

SmallVector<Group, 16> Emitter::groups(const UseMap &Uses, GroupMap &Map) {
  SmallVector<Group, 16> Out;
  for (auto &[Root, At] : Uses)
    group(Root, At, Out);
  for (unsigned N = 0; N < Out.size(); ++N)
    for (Instruction *I : Out[N].At)
      Map[{Out[N].Root, I}] = N;
  return Out;
}

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

/// What the table says of address P: number of its slot, and size.
std::pair<Value *, Value *> Emitter::loadRow(IRBuilder<> &B, Value *P) {
  Type *I64 = B.getInt64Ty(), *I128 = B.getInt128Ty();
  // Sixteen bytes a region.
  Value *Index = B.CreateAnd(B.CreateLShr(P, CRIT_BL_REGION_BITS - 4),
                             (CRIT_BL_REGIONS - 1) << 4);
  Value *Row = B.CreateIntToPtr(
      B.CreateAdd(Index, B.getInt64(CRIT_BL_TABLE)), B.getPtrTy());
  MDNode *Empty = MDNode::get(F.getContext(), {});
  auto Word = [&](unsigned N) {
    LoadInst *L = B.CreateAlignedLoad(
        I64, B.CreateConstGEP1_64(B.getInt64Ty(), Row, N), Align(8));
    L->setMetadata(LLVMContext::MD_invariant_load, Empty);
    return L;
  };
  Value *Magic = Word(0), *Size = Word(1);
  Value *Product =
      B.CreateNUWMul(B.CreateZExt(P, I128), B.CreateZExt(Magic, I128));
  return {B.CreateTrunc(B.CreateLShr(Product, 64), I64), Size};
}

/// The runtime's answer: base and size.
std::pair<Value *, Value *> Emitter::lookup(IRBuilder<> &B, Value *Root) {
  auto *Ty = StructType::get(F.getContext(), {B.getInt64Ty(), B.getInt64Ty()});
  Value *Pair = callEntry(B, CRIT_BL_LOOKUP, Ty, {Root});
  return {B.CreateExtractValue(Pair, 0), B.CreateExtractValue(Pair, 1)};
}

/// No more than a guard wants: it fails where bounds have to be asked for, too.
void Emitter::makeEnd(Group &G) {
  IRBuilder<> B(G.Place);
  auto [Slot, Size] = loadRow(B, B.CreatePtrToInt(G.Root, B.getInt64Ty()));
  G.Made.End = B.CreateMul(B.CreateAdd(Slot, B.getInt64(1)), Size, "crit.end");
  G.Made.Size = Size;
}

void Emitter::makeBounds(Group &G) {
  Instruction *Place = G.Place;
  Value *Root = G.Root;
  IRBuilder<> B(Place);
  Type *I64 = B.getInt64Ty();
  auto [Slot, Size] = loadRow(B, B.CreatePtrToInt(Root, I64));
  Value *Base = B.CreateMul(Slot, Size, "crit.base");
  // Images with hardened globals have no slots: ask.
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
}

/// Bounds of a merge of roots whose own are there already: return p, or null.
bool Emitter::mergeBounds(Group &G) {
  auto *Merge = cast<Instruction>(G.Root);
  auto *PN = dyn_cast<PHINode>(Merge);
  Type *I64 = Type::getInt64Ty(F.getContext());
  SmallVector<Bounds, 4> In;
  for (unsigned N = 0, End = PN ? PN->getNumIncomingValues() : 2; N < End; ++N) {
    Value *V = PN ? PN->getIncomingValue(N) : Merge->getOperand(N + 1);
    Instruction *Last = PN ? PN->getIncomingBlock(N)->getTerminator() : Merge;
    Bounds Found;
    if (isa<ConstantPointerNull>(V)) { // what the table says of page zero
      Found.Base = ConstantInt::get(I64, 0);
      Found.Size = Constant::getAllOnesValue(I64);
    }
    for (Group &Other : Bounded)
      if (Other.Root == V && V != G.Root && Other.Made.Base && !Other.Slow &&
          DT.dominates(Other.Made.Base, Last))
        Found = Other.Made;
    if (!Found.Base)
      return false;
    In.push_back(Found);
  }
  IRBuilder<> B(Merge->getParent(), PN ? Merge->getIterator()
                                       : std::next(Merge->getIterator()));
  auto Make = [&](Value *Bounds::*Part) -> Value * {
    if (!PN)
      return B.CreateSelect(Merge->getOperand(0), In[0].*Part, In[1].*Part);
    PHINode *New = B.CreatePHI(I64, PN->getNumIncomingValues());
    for (unsigned N = 0; N < In.size(); ++N)
      New->addIncoming(In[N].*Part, PN->getIncomingBlock(N));
    return New;
  };
  G.Made.Base = Make(&Bounds::Base);
  G.Made.Size = Make(&Bounds::Size);
  return true;
}

/// Bytes left behind the root, for fields.
void Emitter::makeRoom(Group &G) {
  IRBuilder<> B(G.Place);
  Value *P = B.CreatePtrToInt(G.Root, B.getInt64Ty());
  G.Made.Room = B.CreateSub(G.Made.Size, B.CreateSub(P, G.Made.Base));
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
  return boundsFor(C.Root, C.At).Size;
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
                                   B.CreatePtrToInt(C.Root, I64));
    if (!Escape && N > *Size)
      return B.getTrue();
    // One past the end is a proper pointer where that is nobody's start.
    uint64_t Last = Escape ? *Size - R.isSlot(C.Root) : *Size - N;
    return B.CreateICmpUGT(Off, B.getInt64(Last));
  }
  if (uint64_t A = alignmentThatDoes(C); A > 1)
    return B.CreateNot(isAligned(B, B.CreatePtrToInt(C.Root, I64), A));
  Bounds &K = boundsFor(C.Root, C.At);
  if (!Escape && K.Room && C.Offset && *C.Offset >= 0)
    return B.CreateICmpULT(K.Room, B.getInt64(uint64_t(*C.Offset) + N));
  Value *Off = B.CreateSub(B.CreatePtrToInt(C.pointer(), I64), K.Base);
  if (Escape)
    return B.CreateICmpUGE(Off, K.Size);
  // No slot has fewer than 16 bytes.
  if (N <= 16)
    return B.CreateICmpUGT(Off, B.CreateSub(K.Size, B.getInt64(N)));
  return B.CreateOr(B.CreateICmpUGE(Off, K.Size),
                    B.CreateICmpULT(B.CreateSub(K.Size, Off), B.getInt64(N)));
}

/// The same for as many bytes as the call says, for none anything will do.
Value *Emitter::failingMeasured(IRBuilder<> &B, Check &C) {
  Type *I64 = B.getInt64Ty();
  Value *Length = B.CreateZExtOrTrunc(lengthOf(*cast<CallBase>(C.At)), I64);
  auto Known = constantSize(C.Root);
  Value *Size = Known ? B.getInt64(*Known) : boundsFor(C.Root, C.At).Size;
  Value *Base = Known ? B.CreatePtrToInt(C.Root, I64)
                      : boundsFor(C.Root, C.At).Base;
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
    callEntry(B, CRIT_BL_STORE, B.getVoidTy(), {P, C.Root, Size, Site, Buf});
    return;
  }
  unsigned Entry = Escape                                       ? CRIT_BL_ESCAPE
                   : C.Kind == CheckKind::Load && !C.Leads ? CRIT_BL_LOAD
                                                                : CRIT_BL_ADDRESS;
  BasicBlock *Fast = At->getParent();
  Instruction *Cold =
      SplitBlockAndInsertIfThen(Bad, At, false, Rare, &DTU, &LI);
  B.SetInsertPoint(Cold);
  Value *Other = callEntry(B, Entry, B.getPtrTy(), {P, C.Root, Size, Site});
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
  // Fails for addresses in the window: their region says 64 bytes.
  auto Inside = [&](Value *End, Value *Size) {
    Value *In = B.CreateICmpULE(B.CreateAdd(P, B.getInt64(uint64_t(G.High))), End);
    if (G.Low >= 0)
      return In;
    return B.CreateAnd(In, B.CreateICmpUGE(B.CreateAdd(P, B.getInt64(uint64_t(G.Low))),
                                           B.CreateSub(End, Size)));
  };
  BranchInst *Br = G.Branch;
  Bounds K;
  if (G.Aligned > 1) {
    Br->setCondition(isAligned(B, P, G.Aligned));
    Br = branchBeforeTwin(Br, DTU, LI);
    Group Here{G.Root, Br, {}, {}};
    makeEnd(Here);
    K = Here.Made;
    B.SetInsertPoint(Br);
  } else {
    K = boundsFor(G.Root, G.Branch);
  }
  if (!K.End) {
    Br->setCondition(Inside(B.CreateAdd(K.Base, K.Size), K.Size));
    return;
  }
  Br->setCondition(Inside(K.End, K.Size));
  // Images with hardened globals have no slots: ask.
  BranchInst *Asked = branchBeforeTwin(Br, DTU, LI);
  B.SetInsertPoint(Asked);
  auto [Base, Size] = lookup(B, G.Root);
  Asked->setCondition(B.CreateAnd(B.CreateICmpEQ(K.Size, B.getInt64(0)),
                                  Inside(B.CreateAdd(Base, Size), Size)));
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

void Emitter::run(Work &W) {
  UseMap Wanted, Compared, InTwin;
  // A Whole check is made in front of its access.
  DenseMap<Instruction *, Instruction *> Before;
  for (Check &C : W.Checks) {
    if (!needsBounds(C))
      continue;
    Instruction *At = C.Kind == CheckKind::Whole ? wholeBefore(C) : C.At;
    (C.Slow ? InTwin : Wanted)[C.Root].push_back(At);
    Before[C.At] = At;
  }
  for (Decode &D : W.Decodes)
    Compared[D.Root].push_back(D.At);
  for (LoopVersion &V : W.Versions)
    for (LoopRange &G : V.Ranges)
      if (!R.knownSize(G.Root))
        Wanted[G.Root].push_back(V.Branch);
  for (Guard &G : W.Guards)
    if (G.Aligned == 1)
      Wanted[G.Root].push_back(G.Branch);
  // All places before any change: splitting moves no instruction.
  Bounded = groups(Wanted, BoundedAt);
  boundInTwin(InTwin);
  GroupMap ComparedAt;
  SmallVector<Group, 16> Moved = groups(Compared, ComparedAt);
  SmallPtrSet<Instruction *, 16> Guarding;
  for (Guard &G : W.Guards)
    Guarding.insert(G.Branch);
  for (Group &G : Bounded)
    if (llvm::all_of(G.At, [&](Instruction *I) { return Guarding.contains(I); }))
      makeEnd(G);
  for (bool Merges : {false, true})
    for (Group &G : Bounded)
      if (!G.Made.End &&
          (isa<PHINode>(G.Root) || isa<SelectInst>(G.Root)) == Merges &&
          !(Merges && !G.Slow && mergeBounds(G)))
        makeBounds(G);
  for (Check &C : W.Checks) {
    if (!needsBounds(C))
      continue;
    unsigned N = BoundedAt.at({C.Root, Before[C.At]});
    BoundedAt[{C.Root, C.At}] = N;
    if (!Bounded[N].Made.Room && C.Kind != CheckKind::Escape && !C.Measured &&
        C.Offset && *C.Offset >= 0)
      makeRoom(Bounded[N]);
  }
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
}
