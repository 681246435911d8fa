//===- DeadVariables.cpp - variables that hold nothing --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "DeadVariables.h"
#include "CheckPseudo.h"
#include "FunctionPolicy.h"
#include "Regions.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineFunctionPass.h"
#include "llvm/CodeGen/PseudoSourceValue.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;
using namespace crit;

/// That a landing is told of; what is smaller is seldom met.
constexpr unsigned MaxParts = 64;
constexpr int64_t MinBytes = 16;

static std::optional<unsigned> markedBy(const MachineInstr &MI) {
  if (MI.getOpcode() != TargetOpcode::LIFETIME_START &&
      MI.getOpcode() != TargetOpcode::LIFETIME_END)
    return std::nullopt;
  int Index = MI.getOperand(0).getIndex();
  if (Index < 0)
    return std::nullopt;
  return Index;
}

static void step(BitVector &Now, const MachineInstr &MI) {
  if (auto Index = markedBy(MI))
    Now[*Index] = MI.getOpcode() == TargetOpcode::LIFETIME_START;
}

void Lifetimes::begin(const MachineFunction &MF) {
  const MachineFrameInfo &MFI = MF.getFrameInfo();
  unsigned N = MFI.getObjectIndexEnd();
  *this = Lifetimes();
  if (MF.exposesReturnsTwice() || MF.hasEHFunclets())
    return;
  For = &MF;
  Marked.resize(N);
  for (unsigned I = 0; I != N; ++I)
    Sizes.push_back(MFI.getObjectSize(I));
  for (const MachineBasicBlock &MBB : MF)
    for (const MachineInstr &MI : MBB)
      if (MI.getOpcode() == TargetOpcode::LIFETIME_START)
        if (auto Index = markedBy(MI))
          Marked.set(*Index);
  AtBlock In;
  for (const MachineBasicBlock &MBB : MF)
    In[&MBB].resize(N);
  // Of what has no marker it is open everywhere.
  In[&MF.front()] = Marked;
  In[&MF.front()].flip();
  ReversePostOrderTraversal<const MachineFunction *> Order(&MF);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const MachineBasicBlock *MBB : Order) {
      BitVector Now = In[MBB], Any = Now;
      for (const MachineInstr &MI : *MBB) {
        step(Now, MI);
        Any |= Now;
      }
      for (const MachineBasicBlock *S : MBB->successors()) {
        BitVector Old = In[S];
        // A pad is reached from within the call.
        In[S] |= S->isEHPad() ? Any : Now;
        Changed |= Old != In[S];
      }
    }
  }
  BitVector Outside(N); // accessed where they are closed
  SmallVector<std::pair<BitVector *, const BasicBlock *>, 8> Longer;
  for (const MachineBasicBlock &MBB : MF)
    for (const MachineInstr &MI : MBB)
      if (MI.isCall())
        After[&MI].resize(N);
  for (const MachineBasicBlock &MBB : MF)
    if (const BasicBlock *BB = MBB.getBasicBlock())
      for (auto *Of : {&Open, &Head})
        (*Of)[BB].resize(N);
  for (const MachineBasicBlock &MBB : MF) {
    const BasicBlock *BB = MBB.getBasicBlock();
    BitVector Now = In[&MBB], Nowhere(N), *Part = BB ? &Head[BB] : &Nowhere;
    *Part |= Now;
    for (const MachineInstr &MI : MBB) {
      step(Now, MI);
      *Part |= Now;
      if (MI.mayLoadOrStore() && !markedBy(MI))
        for (const MachineOperand &MO : MI.operands())
          if (MO.isFI() && MO.getIndex() >= 0 && !Now.test(MO.getIndex()))
            Outside.set(MO.getIndex());
      if (MI.isCall()) {
        if (BB)
          Open[BB] |= *Part;
        Part = &After[&MI];
        *Part |= Now;
      }
    }
    if (!BB)
      continue;
    Open[BB] |= *Part;
    if (llvm::any_of(MBB.successors(), [&](auto *S) { return S->getBasicBlock() == BB; }))
      Longer.push_back({Part, BB});
  }
  for (auto [Part, BB] : Longer)
    *Part |= Open[BB];
  for (auto &[BB, Part] : Open)
    Part |= Outside;
  for (auto &[BB, Part] : Head)
    Part |= Outside;
  for (auto &[MI, Part] : After)
    Part |= Outside;
}

void Lifetimes::colored(const MachineFunction &MF) {
  if (For != &MF)
    return;
  for (const MachineBasicBlock &MBB : MF)
    for (const MachineInstr &MI : MBB)
      for (const MachineMemOperand *M : MI.memoperands()) {
        auto [It, New] = Home.try_emplace(M, MBB.getBasicBlock());
        if (It->second != MBB.getBasicBlock()) // two of them
          It->second = nullptr;
      }
}

int64_t Lifetimes::inUse(int Index, const BitVector &OpenNow) const {
  if (OpenNow.test(Index))
    return Sizes[Index];
  int64_t Bytes = 0;
  // Into which one each was merged is not known. Smaller ones go into larger ones, where
  // those begin.
  for (unsigned I : Merged.set_bits())
    if (OpenNow.test(I) && Sizes[I] <= Sizes[Index])
      Bytes = std::max(Bytes, Sizes[I]);
  return Bytes;
}

/// Variables that an access may go to, by frame index.
BitVector Lifetimes::mayAccess(const MachineFrameInfo &MFI,
                               const MachineMemOperand &M) const {
  BitVector To(Marked.size());
  if (const PseudoSourceValue *P = M.getPseudoValue()) {
    if (const auto *F = dyn_cast<FixedStackPseudoSourceValue>(P);
        F && F->getFrameIndex() >= 0 && F->getFrameIndex() < int(To.size()))
      To.set(F->getFrameIndex());
    return To;
  }
  SmallVector<const Value *, 4> Objects;
  if (M.getValue())
    getUnderlyingObjects(M.getValue(), Objects);
  bool Known = !Objects.empty();
  for (const Value *V : Objects) {
    const auto *A = dyn_cast<AllocaInst>(V);
    bool Found = !A && (isa<Argument>(V) || isIdentifiedObject(V));
    for (unsigned I = 0; A && I != To.size(); ++I)
      if (MFI.getObjectAllocation(I) == A && !MFI.isDeadObjectIndex(I)) {
        To.set(I);
        Found = true;
      }
    Known &= Found;
  }
  if (!Known)
    To.set();
  return To;
}

void Lifetimes::findMoved(const MachineFunction &MF) {
  if (For != &MF)
    return;
  const MachineFrameInfo &MFI = MF.getFrameInfo();
  Merged.resize(Marked.size());
  for (unsigned I = 0; I != Marked.size(); ++I)
    if (MFI.isDeadObjectIndex(I))
      Merged.set(I);
  Marked.reset(Merged);
  BitVector Moved(Marked.size());
  for (const MachineBasicBlock &MBB : MF)
    for (const MachineInstr &MI : MBB) {
      if (!MI.mayLoadOrStore() || MI.isCall())
        continue;
      for (const MachineMemOperand *M : MI.memoperands()) {
        const BasicBlock *From = Home.lookup(M);
        if (From && From == MBB.getBasicBlock())
          continue;
        BitVector To = mayAccess(MFI, *M);
        // It was right there, where what is closed is not accessed.
        if (auto It = Open.find(From); From && It != Open.end())
          for (unsigned I : To.set_bits())
            if (!Marked.test(I) || !inUse(I, It->second))
              To.reset(I);
        Moved |= To;
      }
    }
  Marked.reset(Moved);
}

/// Anywhere in the block of the program that MBB is a part of.
BitVector Lifetimes::openIn(const MachineBasicBlock &MBB) const {
  auto It = Open.find(MBB.getBasicBlock());
  if (MBB.getBasicBlock() && It != Open.end())
    return It->second;
  return BitVector(Marked.size(), true);
}

/// Where MBB begins, up to its first call. Ends: of blocks before it.
BitVector Lifetimes::openAtBegin(const MachineBasicBlock &MBB, const AtBlock &Ends) const {
  const BasicBlock *BB = MBB.getBasicBlock();
  SmallVector<const MachineBasicBlock *, 4> From;
  for (const MachineBasicBlock *P : MBB.predecessors())
    if (!CheckPseudo::isLanding(*P))
      From.push_back(P);
  if (!BB) { // an edge that was split
    BitVector Now(Marked.size(), From.empty() || MBB.succ_empty());
    for (const MachineBasicBlock *P : From)
      Now |= openIn(*P);
    for (const MachineBasicBlock *S : MBB.successors())
      Now |= openIn(*S);
    return Now;
  }
  bool First = &MBB == &MBB.getParent()->front() || llvm::any_of(From, [&](auto *P) {
                 return P->getBasicBlock() && P->getBasicBlock() != BB;
               });
  if (auto It = Head.find(BB); First && It != Head.end())
    return It->second;
  if (From.size() == 1 && From[0]->getBasicBlock() == BB)
    if (auto It = Ends.find(From[0]); It != Ends.end())
      return It->second;
  return openIn(MBB);
}

void Lifetimes::tellLandings(MachineFunction &MF) const {
  if (For != &MF || Marked.none())
    return;
  struct Block {
    BitVector In;     ///< regions where it begins; 0: none is current
    BitVector Open;   ///< until they end
    BitVector Before; ///< in front of it since the last one ended, if 0 is in In
    BitVector Behind; ///< the same at its end, if that is in it
    bool Ends = false;
    unsigned First = 0, Last = 0; ///< begun where In ends; at its end. 0: none is
  };
  unsigned Size = Marked.size();
  DenseMap<const MachineBasicBlock *, Block> Blocks;
  AtBlock AtEnd;
  SmallVector<MachineInstr *, 32> Landings;
  // By region: what may be open anywhere in it, or in front of it since the last one ended.
  std::vector<BitVector> Busy(1, BitVector(Size));
  ReversePostOrderTraversal<MachineFunction *> Order(&MF);
  for (MachineBasicBlock *MBB : Order) {
    Block &B = Blocks[MBB];
    BitVector Now = openAtBegin(*MBB, AtEnd);
    B.Open = Now;
    B.Before.resize(Size);
    for (MachineInstr &MI : *MBB) {
      auto P = CheckPseudo::parse(MI);
      if (P && P->Kind == PseudoKind::Landing && P->Region < DispatchRegion)
        Landings.push_back(&MI);
      if (MI.isCall()) {
        auto It = After.find(&MI);
        Now = It != After.end() ? It->second : openIn(*MBB);
      }
      if (P && P->Kind == PseudoKind::Cut) {
        if (P->Region >= Busy.size())
          Busy.resize(P->Region + 1, BitVector(Size));
        if (!B.Ends)
          B.First = P->Region;
        else if (!B.Last)
          Busy[P->Region] |= B.Behind;
        B.Ends = true;
        B.Last = P->Region;
      } else if (!P && isIrrevocable(MI)) {
        B.Ends = true;
        B.Last = 0;
        B.Behind = BitVector(Size);
      }
      if (!B.Ends)
        B.Open |= Now;
      else
        (B.Last ? Busy[B.Last] : B.Behind) |= Now;
    }
    AtEnd[MBB] = Now;
  }
  for (auto &[MBB, B] : Blocks) {
    B.In.resize(Busy.size());
    if (MBB->isEHPad() || MBB == &MF.front())
      B.In.set(0);
  }
  for (bool Changed = true; Changed;) { // as Checkpoints::computeRegions
    Changed = false;
    for (const MachineBasicBlock *MBB : Order) {
      if (CheckPseudo::isLanding(*MBB)) // behind the one fault
        continue;
      Block &B = Blocks[MBB];
      for (unsigned R : B.In.set_bits())
        Busy[R] |= B.Open;
      BitVector Out(Busy.size()), Behind(Size);
      if (B.Ends) {
        Out.set(B.Last);
        if (!B.Last)
          Behind = B.Behind;
        if (B.First && B.In.test(0)) {
          Busy[B.First] |= B.Before;
          Busy[B.First] |= B.Open;
        }
      } else {
        Out = B.In;
        if (B.In.test(0)) {
          Behind = B.Before;
          Behind |= B.Open;
        }
      }
      for (const MachineBasicBlock *S : MBB->successors()) {
        Block &To = Blocks[S];
        if (S->isEHPad() || !(Out.test(To.In) || Behind.test(To.Before)))
          continue; // all there
        To.In |= Out;
        To.Before |= Behind;
        Changed = true;
      }
    }
  }
  const MachineFrameInfo &MFI = MF.getFrameInfo();
  for (MachineInstr *L : Landings) {
    unsigned Parts = 0, R = CheckPseudo::parse(*L)->Region;
    for (unsigned I : Marked.set_bits()) {
      int64_t First = R < Busy.size() ? inUse(I, Busy[R]) : Sizes[I];
      if (MFI.getObjectAllocation(I) && Sizes[I] - First >= MinBytes && Parts++ < MaxParts)
        CheckPseudo::addConstants(*L, {int64_t(I), First});
    }
  }
}

SmallVector<DeadPart, 8> crit::deadVariables(const MachineInstr &Landing) {
  SmallVector<int64_t, 16> C = CheckPseudo::constants(Landing);
  SmallVector<DeadPart, 8> Parts;
  for (unsigned I = 0; I + 1 < C.size(); I += 2)
    Parts.push_back({int(C[I]), C[I + 1]});
  return Parts;
}

namespace {

class LifetimePass : public MachineFunctionPass {
public:
  static char ID;
  LifetimePass(std::shared_ptr<Lifetimes> L, bool Colored)
      : MachineFunctionPass(ID), L(std::move(L)), Colored(Colored) {}
  StringRef getPassName() const override { return "Crit lifetimes"; }

  void getAnalysisUsage(AnalysisUsage &AU) const override {
    AU.setPreservesAll();
    MachineFunctionPass::getAnalysisUsage(AU);
  }

  bool runOnMachineFunction(MachineFunction &MF) override {
    if (Colored)
      L->colored(MF);
    else if (modeOf(MF.getFunction()).Mode == CRIT_MODE_HAFT)
      L->begin(MF);
    else
      *L = Lifetimes();
    return false;
  }

private:
  std::shared_ptr<Lifetimes> L;
  bool Colored;
};

} // namespace

char LifetimePass::ID = 0;

MachineFunctionPass *crit::createLifetimePass(std::shared_ptr<Lifetimes> L, bool Colored) {
  return new LifetimePass(std::move(L), Colored);
}
