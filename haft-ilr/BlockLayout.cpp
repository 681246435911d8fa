//===- BlockLayout.cpp - the order of hardened code -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "BlockLayout.h"
#include "llvm/CodeGen/MachineBlockFrequencyInfo.h"
#include "llvm/CodeGen/MachineBranchProbabilityInfo.h"
#include "llvm/CodeGen/MachineDominators.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineLoopInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/Transforms/Utils/CodeLayout.h"

using namespace llvm;
using namespace crit;

/// Blocks of a function from which on the order stays: it takes more than linear time.
constexpr unsigned MaxBlocks = 10000;
/// LLVM does not tell the size of an instruction of x86. The mean of hardened code.
constexpr uint64_t InstructionBytes = 5;
/// A line of the instruction cache.
constexpr uint64_t LineBytes = 64;

namespace {

class Layout {
public:
  explicit Layout(MachineFunction &MF)
      : MF(MF), TII(*MF.getSubtarget().getInstrInfo()) {}
  void run();

private:
  void findRun();
  void hideRare();
  void showRare();
  void keepTogether(MachineBasicBlock &A, MachineBasicBlock &B);
  unsigned leader(unsigned N);
  void joinFallThroughs();
  void joinLoops(const MachineLoopInfo &MLI);
  SmallVector<MachineBasicBlock *, 0> order(const MachineBlockFrequencyInfo &MBFI);
  void arrange(ArrayRef<MachineBasicBlock *> Order);

  MachineFunction &MF;
  const TargetInstrInfo &TII;
  BitVector Run; ///< by number: reached on edges that are not failures
  struct Edge {
    MachineBasicBlock *From, *To;
    BranchProbability P;
  };
  SmallVector<Edge, 0> Hidden;
  SmallVector<unsigned, 0> Leader; ///< by number: first block of those that stay together
};

} // namespace

void Layout::findRun() {
  Run.resize(MF.getNumBlockIDs());
  SmallVector<MachineBasicBlock *, 0> Open{&MF.front()};
  Run.set(MF.front().getNumber());
  while (!Open.empty()) {
    MachineBasicBlock *B = Open.pop_back_val();
    for (auto S = B->succ_begin(); S != B->succ_end(); ++S)
      if (!B->getSuccProbability(S).isZero() && !Run.test((*S)->getNumber())) {
        Run.set((*S)->getNumber());
        Open.push_back(*S);
      }
  }
}

/// Without the way back from failures what is left are the program's loops.
void Layout::hideRare() {
  for (MachineBasicBlock &B : MF) {
    if (Run.test(B.getNumber()))
      continue;
    for (auto S = B.succ_begin(); S != B.succ_end(); ++S)
      Hidden.push_back({&B, *S, B.getSuccProbability(S)});
    while (!B.succ_empty())
      B.removeSuccessor(B.succ_begin());
  }
}

void Layout::showRare() {
  for (const Edge &E : Hidden)
    E.From->addSuccessor(E.To, E.P);
}

unsigned Layout::leader(unsigned N) {
  while (Leader[N] != N)
    N = Leader[N] = Leader[Leader[N]];
  return N;
}

void Layout::keepTogether(MachineBasicBlock &A, MachineBasicBlock &B) {
  unsigned X = leader(A.getNumber()), Y = leader(B.getNumber());
  Leader[std::max(X, Y)] = std::min(X, Y);
}

/// What LLVM cannot give another end stays in front of what follows it.
void Layout::joinFallThroughs() {
  for (MachineBasicBlock &B : MF) {
    auto Next = std::next(B.getIterator());
    MachineBasicBlock *To = nullptr, *Else = nullptr;
    SmallVector<MachineOperand, 4> Cond;
    auto Last = B.getLastNonDebugInstr();
    bool Ends = Last != B.end() && Last->isBarrier();
    if (Next != MF.end() && !Ends && B.isSuccessor(&*Next) &&
        TII.analyzeBranch(B, To, Else, Cond))
      keepTogether(B, *Next);
  }
}

static bool calls(const MachineLoop &L) {
  for (const MachineBasicBlock *B : L.blocks())
    for (const MachineInstr &MI : *B)
      if (MI.isCall())
        return true;
  return false;
}

void Layout::joinLoops(const MachineLoopInfo &MLI) {
  SmallVector<MachineLoop *, 8> Open(MLI.begin(), MLI.end());
  while (!Open.empty()) {
    MachineLoop *L = Open.pop_back_val();
    if (calls(*L)) {
      L->getHeader()->setAlignment(Align(1)); // what is in front of it runs as often
      Open.append(L->begin(), L->end());
      continue;
    }
    for (MachineBasicBlock *B : L->blocks())
      keepTogether(*L->getHeader(), *B);
  }
}

SmallVector<MachineBasicBlock *, 0>
Layout::order(const MachineBlockFrequencyInfo &MBFI) {
  // Failures stay behind everything, as they are.
  DenseMap<unsigned, unsigned> Node; // by leader
  SmallVector<SmallVector<MachineBasicBlock *, 1>, 0> Parts;
  BitVector Goes(MF.getNumBlockIDs());
  for (MachineBasicBlock &B : MF)
    if (Run.test(B.getNumber()))
      Goes.set(leader(B.getNumber()));
  for (MachineBasicBlock &B : MF) {
    unsigned L = leader(B.getNumber());
    if (!Goes.test(L))
      continue;
    auto [It, New] = Node.try_emplace(L, Parts.size());
    if (New)
      Parts.emplace_back();
    Parts[It->second].push_back(&B);
  }
  SmallVector<uint64_t, 0> Sizes, Counts;
  SmallVector<codelayout::EdgeCount, 0> Edges;
  for (const auto &P : Parts) {
    uint64_t Size = 0, Count = 0;
    for (MachineBasicBlock *B : P) {
      Size += InstructionBytes * B->size();
      uint64_t Freq = Run.test(B->getNumber())
                          ? MBFI.getBlockFreq(B).getFrequency()
                          : 0;
      Count = std::max(Count, Freq);
      for (auto S = B->succ_begin(); S != B->succ_end(); ++S) {
        auto To = Node.find(leader((*S)->getNumber()));
        if (To == Node.end() || Parts[To->second].front() == P.front())
          continue;
        Edges.push_back({static_cast<uint64_t>(&P - Parts.data()), To->second,
                         B->getSuccProbability(S).scale(Freq)});
      }
    }
    Sizes.push_back(std::max<uint64_t>(Size, 1));
    Counts.push_back(Count);
  }
  SmallVector<MachineBasicBlock *, 0> Order;
  for (uint64_t N : codelayout::computeExtTspLayout(Sizes, Counts, Edges))
    Order.append(Parts[N].begin(), Parts[N].end());
  for (MachineBasicBlock &B : MF)
    if (!Goes.test(leader(B.getNumber())))
      Order.push_back(&B);
  return Order;
}

void Layout::arrange(ArrayRef<MachineBasicBlock *> Order) {
  SmallVector<MachineBasicBlock *, 0> Next(MF.getNumBlockIDs());
  for (MachineBasicBlock &B : MF) {
    auto After = std::next(B.getIterator());
    Next[B.getNumber()] = After == MF.end() ? nullptr : &*After;
  }
  for (MachineBasicBlock *B : Order)
    MF.splice(MF.end(), B->getIterator());
  for (MachineBasicBlock *B : Order) {
    auto After = std::next(B->getIterator());
    MachineBasicBlock *Now = After == MF.end() ? nullptr : &*After;
    MachineBasicBlock *To = nullptr, *Else = nullptr;
    SmallVector<MachineOperand, 4> Cond;
    if (Now != Next[B->getNumber()] && !TII.analyzeBranch(*B, To, Else, Cond))
      B->updateTerminator(Next[B->getNumber()]);
  }
  MF.RenumberBlocks();
}

void Layout::run() {
  if (MF.size() < 3 || MF.size() > MaxBlocks || MF.hasBBSections())
    return;
  MF.RenumberBlocks();
  findRun();
  Leader.resize(MF.getNumBlockIDs());
  for (unsigned I = 0; I != Leader.size(); ++I)
    Leader[I] = I;
  joinFallThroughs();
  hideRare();
  SmallVector<MachineBasicBlock *, 0> Order;
  {
    MachineDominatorTree MDT(MF);
    MachineLoopInfo MLI(MDT);
    MachineBranchProbabilityInfo MBPI;
    MachineBlockFrequencyInfo MBFI(MF, MBPI, MLI);
    joinLoops(MLI);
    Order = order(MBFI);
  }
  showRare();
  arrange(Order);
}

/// In front of a function lies what the one before it hardly ever runs.
static void beginLine(MachineFunction &MF) {
  if (MF.getInstructionCount() * InstructionBytes > LineBytes)
    MF.ensureAlignment(Align(LineBytes));
}

void crit::orderBlocks(MachineFunction &MF) {
  Layout(MF).run();
  if (!MF.getFunction().hasOptSize())
    beginLine(MF);
}
