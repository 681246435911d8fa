//===- Roots.cpp - which object a pointer belongs to ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Roots.h"
#include "Checks.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/GlobalAlias.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;
using namespace crit;

/// What P was computed from, P itself when it is a root or a merge.
Value *Roots::step(Value *P) const {
  for (;;) {
    if (auto *GEP = dyn_cast<GEPOperator>(P))
      P = GEP->getPointerOperand();
    else if (Operator::getOpcode(P) == Instruction::AddrSpaceCast ||
             Operator::getOpcode(P) == Instruction::BitCast)
      P = cast<Operator>(P)->getOperand(0);
    else if (auto *F = dyn_cast<FreezeInst>(P))
      P = F->getOperand(0);
    else if (auto *A = dyn_cast<GlobalAlias>(P); A && !A->isInterposable())
      P = A->getAliasee();
    else if (auto *II = dyn_cast<IntrinsicInst>(P);
             II && (II->getIntrinsicID() == Intrinsic::launder_invariant_group ||
                    II->getIntrinsicID() == Intrinsic::strip_invariant_group ||
                    II->getIntrinsicID() == Intrinsic::ptr_annotation))
      P = II->getArgOperand(0);
    else
      return P;
  }
}

static void incoming(Instruction *I, SmallVectorImpl<Value *> &Out) {
  if (auto *PN = dyn_cast<PHINode>(I))
    Out.append(PN->incoming_values().begin(), PN->incoming_values().end());
  else
    Out.append({I->getOperand(1), I->getOperand(2)});
}

/// Solves a web of merges at once: all those that reach each other.
Value *Roots::ofMerge(Instruction *First) {
  SetVector<Instruction *> Web;
  Web.insert(First);
  SetVector<Value *> Outside;
  bool Moves = false; // something in the web is computed from a merge
  for (unsigned N = 0; N < Web.size(); ++N) {
    SmallVector<Value *, 4> In;
    incoming(Web[N], In);
    for (Value *V : In) {
      Value *S = step(V);
      if (isMerge(S) && !Memo.count(S)) {
        Moves |= S != V;
        Web.insert(cast<Instruction>(S));
      } else {
        auto It = Memo.find(S);
        Value *R = It == Memo.end() ? S : It->second;
        Moves |= R != V;
        Outside.insert(R ? R : V);
      }
    }
  }
  // Undefined values may be whatever the other side is.
  Outside.remove_if([](Value *V) { return isa<UndefValue>(V); });
  Value *Single = Outside.size() == 1 ? Outside[0] : nullptr;
  // A web of plain roots: each merge is a pointer like a loaded one.
  for (Instruction *I : Web)
    Memo[I] = Outside.empty() ? nullptr : Single ? Single : I;
  if (Outside.empty() || Single || !Moves)
    return Memo[First];
  // Beside each merge, the merge of its roots.
  DenseMap<Instruction *, Value *> Made;
  for (Instruction *I : Web) {
    if (auto *PN = dyn_cast<PHINode>(I)) {
      auto *R = PHINode::Create(PN->getType(), PN->getNumIncomingValues(),
                                "crit.root");
      R->insertBefore(PN->getIterator());
      Made[I] = R;
    } else {
      auto *S = cast<SelectInst>(I);
      auto *R = SelectInst::Create(S->getCondition(), S->getTrueValue(),
                                   S->getFalseValue(), "crit.root");
      R->insertBefore(S->getIterator());
      Made[I] = R;
    }
    Memo[I] = Made[I];
    Memo[Made[I]] = Made[I];
  }
  auto RootFor = [&](Value *V) -> Value * {
    Value *S = step(V);
    auto *I = dyn_cast<Instruction>(S);
    if (I && Made.count(I))
      return Made[I];
    auto It = Memo.find(S);
    Value *R = It == Memo.end() ? S : It->second;
    return R ? R : S;
  };
  for (Instruction *I : Web) {
    if (auto *PN = dyn_cast<PHINode>(I)) {
      auto *R = cast<PHINode>(Made[I]);
      for (unsigned N = 0; N < PN->getNumIncomingValues(); ++N)
        R->addIncoming(RootFor(PN->getIncomingValue(N)),
                       PN->getIncomingBlock(N));
    } else {
      auto *R = cast<SelectInst>(Made[I]);
      R->setOperand(1, RootFor(I->getOperand(1)));
      R->setOperand(2, RootFor(I->getOperand(2)));
    }
  }
  return Memo[First];
}

Value *Roots::of(Value *P) {
  Value *S = step(P);
  auto It = Memo.find(S);
  if (It != Memo.end())
    S = It->second;
  else if (isMerge(S))
    S = ofMerge(cast<Instruction>(S));
  if (S && isa<Constant>(S) && !isa<GlobalVariable>(S))
    return nullptr;
  return S;
}

std::optional<uint64_t> Roots::knownSize(Value *Root) const {
  auto It = Known.find(Root);
  if (It != Known.end())
    return It->second;
  if (auto *A = dyn_cast<AllocaInst>(Root))
    if (auto Size = A->getAllocationSize(DL); Size && !Size->isScalable())
      return Size->getFixedValue();
  if (auto *G = dyn_cast<GlobalVariable>(Root)) {
    if (G->isThreadLocal() && G->isDeclaration())
      return std::nullopt;
    // A declaration of a struct may hide a longer flexible array.
    bool Sure = G->hasDefinitiveInitializer() ||
                (G->isDeclaration() && !G->hasExternalWeakLinkage() &&
                 isa<ArrayType>(G->getValueType()));
    if (!Sure || !G->getValueType()->isSized())
      return std::nullopt;
    uint64_t Size = DL.getTypeAllocSize(G->getValueType());
    return Size ? std::optional(Size) : std::nullopt;
  }
  return std::nullopt;
}

/// With an array in it, but not a flexible one at its end. Nobody puts an index to
/// the others, but for lists the linker makes.
static bool isFixed(Type *Ty) {
  bool Arrays = false;
  while (auto *S = dyn_cast<StructType>(Ty)) {
    if (S->isOpaque() || S->getNumElements() == 0)
      return false;
    for (Type *E : S->elements())
      Arrays |= hasArray(E);
    Ty = S->elements().back();
  }
  auto *A = dyn_cast<ArrayType>(Ty);
  return Arrays && !(A && A->getNumElements() == 0);
}

std::optional<uint64_t> Roots::declaredSize(Value *Root) const {
  auto *G = dyn_cast<GlobalVariable>(Root);
  if (!G || !G->isDeclaration() || G->hasExternalWeakLinkage() ||
      G->isThreadLocal() || !isa<StructType>(G->getValueType()) ||
      !isFixed(G->getValueType()) || !G->getValueType()->isSized())
    return std::nullopt;
  return DL.getTypeAllocSize(G->getValueType()).getFixedValue();
}

std::optional<int64_t> Roots::constantOffset(Value *P, Value *Root) const {
  APInt Offset(64, 0);
  while (P != Root) {
    if (auto *GEP = dyn_cast<GEPOperator>(P)) {
      if (!GEP->accumulateConstantOffset(DL, Offset))
        return std::nullopt;
      P = GEP->getPointerOperand();
      continue;
    }
    Value *S = nullptr;
    if (isa<FreezeInst>(P) ||
        Operator::getOpcode(P) == Instruction::AddrSpaceCast ||
        Operator::getOpcode(P) == Instruction::BitCast)
      S = cast<User>(P)->getOperand(0);
    if (!S)
      return std::nullopt;
    P = S;
  }
  return Offset.getSExtValue();
}
