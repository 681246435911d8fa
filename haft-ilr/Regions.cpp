//===- Regions.cpp - what can be computed again ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Regions.h"
#include "CheckPseudo.h"
#include "LogBytes.h"
#include "LogGroups.h"
#include "X86Table.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/CodeGen/LiveRegUnits.h"
#include "llvm/CodeGen/MachineBlockFrequencyInfo.h"
#include "llvm/CodeGen/MachineBranchProbabilityInfo.h"
#include "llvm/CodeGen/MachineDominators.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineLoopInfo.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/PseudoSourceValue.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/InstIterator.h"
#include <set>

using namespace llvm;
using namespace crit;

/// Of stores that are logged from one cut to the next.
constexpr unsigned MaxLoggedBytes = 512;

namespace {

class CutPlacer {
public:
  CutPlacer(MachineFunction &MF, AAResults *AA);
  bool run();
  const char *hindrance() const { return Why; }

private:
  struct Block {
    std::vector<MachineInstr *> Code;
    std::vector<char> Busy; ///< before Code[I]: flags or fixed registers live
    BitVector In;           ///< loads since the last cut
  };
  bool place(bool Logging);
  bool isPossible();
  bool splitLoops();
  bool cutFullLogs();
  bool returnsUncut(MachineBasicBlock &From, const MachineLoop *L);
  void scan(MachineBasicBlock &MBB);
  bool cutBefore(MachineBasicBlock &MBB, unsigned I);
  bool endsInside(MachineBasicBlock &MBB);
  bool mayOverwrite(const MachineInstr &Store, const MachineInstr &Load,
                    bool Scopes);
  bool clobbers(const MachineInstr &Store, const MachineInstr &Load);
  void findVersioned();
  std::optional<unsigned> freeEnd(MachineBasicBlock &MBB);
  void begin() {
    Logs.clear();
    for (auto &[MBB, B] : Blocks)
      B.In.reset();
  }
  bool compute(bool &Ok);
  void cutLoops();
  void cutAtEnd(MachineBasicBlock &MBB);
  void emit();

  bool cannot(const char *Reason) {
    Why = Reason;
    return false;
  }

  MachineFunction &MF;
  const X86Table &T;
  const TargetRegisterInfo &TRI;
  const char *Why = "";
  std::optional<BatchAAResults> AA;
  BitVector TrackedUnits;
  DenseMap<MachineBasicBlock *, Block> Blocks;
  std::vector<MachineInstr *> Loads;
  DenseMap<const MachineInstr *, unsigned> LoadIndex;
  DenseMap<std::pair<const MachineInstr *, const MachineInstr *>, bool> Known;
  SmallPtrSet<const MDNode *, 8> LocalScopes;
  MachineDominatorTree MDT;
  MachineLoopInfo MLI;
  /// Loops in which stores do not overwrite what was read as long as they are not
  /// begun again.
  SmallSetVector<MachineLoop *, 4> Versioned;
  /// Cut before Code[I]; I may be the first terminator.
  std::set<std::pair<int, unsigned>> Cuts, Saves;
  bool Logging = false;
  SmallPtrSet<MachineInstr *, 16> Logs; ///< stores that are taken back
  SmallPtrSet<MachineBasicBlock *, 8> Splits;
};

} // namespace

CutPlacer::CutPlacer(MachineFunction &MF, AAResults *A)
    : MF(MF), T(X86Table::get(MF)), TRI(*MF.getSubtarget().getRegisterInfo()),
      MDT(MF), MLI(MDT) {
  TrackedUnits.resize(TRI.getNumRegUnits());
  BitVector Allocatable = TRI.getAllocatableSet(MF);
  for (unsigned R : Allocatable.set_bits())
    for (MCRegUnit U : TRI.regunits(R))
      TrackedUnits.set(static_cast<unsigned>(U));
  if (!A)
    return;
  AA.emplace(*A);
  // A region may hold many turns of a loop: one name, many addresses.
  AA->enableCrossIterationMode();
  for (const Instruction &I : instructions(MF.getFunction()))
    if (const auto *D = dyn_cast<NoAliasScopeDeclInst>(&I))
      for (const MDOperand &Op : D->getScopeList()->operands())
        LocalScopes.insert(cast<MDNode>(Op));
}

bool CutPlacer::isPossible() {
  if (MF.hasEHFunclets())
    return cannot("exception funclets");
  const MachineRegisterInfo &MRI = MF.getRegInfo();
  for (unsigned I = 0, E = MRI.getNumVirtRegs(); I != E; ++I) {
    Register R = Register::index2VirtReg(I);
    if (MRI.reg_nodbg_empty(R))
      continue;
    const TargetRegisterClass *RC = MRI.getRegClassOrNull(R);
    if (!RC)
      return cannot("a register without a class");
    RegKind K = T.kind(RC);
    // The x87 stack is not what it was when code is left in the middle.
    if (K == RegKind::X87 || K == RegKind::Other)
      return cannot("x87, MMX or AMX values");
  }
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : MBB)
      if (MI.getOpcode() == TargetOpcode::INLINEASM_BR)
        return cannot("asm goto");
      else if (T.name(MI).starts_with("PUSH"))
        return cannot("arguments pushed on the stack");
  return true;
}

void CutPlacer::scan(MachineBasicBlock &MBB) {
  Block &B = Blocks[&MBB];
  B.In.resize(Loads.size());
  for (MachineInstr &MI : MBB)
    if (!MI.isPHI() && !MI.isDebugInstr() && !MI.isPosition())
      B.Code.push_back(&MI);
  B.Busy.assign(B.Code.size(), false);
  LiveRegUnits Live(TRI);
  for (const MachineBasicBlock *S : MBB.successors())
    for (const auto &LI : S->liveins())
      Live.addReg(LI.PhysReg);
  // Arguments on the stack belong to the call.
  const TargetInstrInfo &TII = *MF.getSubtarget().getInstrInfo();
  BitVector InCall(B.Code.size());
  bool Open = false;
  for (unsigned I = 0; I != B.Code.size(); ++I) {
    if (Open)
      InCall.set(I);
    if (B.Code[I]->getOpcode() == TII.getCallFrameSetupOpcode())
      Open = true;
    else if (B.Code[I]->getOpcode() == TII.getCallFrameDestroyOpcode())
      Open = false;
  }
  for (unsigned I = B.Code.size(); I-- > 0;) {
    Live.stepBackward(*B.Code[I]);
    BitVector Fixed = Live.getBitVector();
    Fixed &= TrackedUnits;
    B.Busy[I] = Fixed.any() || !Live.available(T.EFLAGS) || InCall.test(I);
  }
}

/// Cuts at the first free place from I on. False when the block has none.
bool CutPlacer::cutBefore(MachineBasicBlock &MBB, unsigned I) {
  Block &B = Blocks[&MBB];
  for (; I < B.Code.size(); ++I) {
    if (!B.Busy[I]) {
      Cuts.insert({MBB.getNumber(), I});
      return true;
    }
    if (B.Code[I]->isTerminator())
      return false;
  }
  // Falls through.
  if (!MBB.succ_empty() && I == B.Code.size()) {
    Cuts.insert({MBB.getNumber(), I});
    return true;
  }
  return false;
}

/// Scopes: what somebody found out where a loop begins may be used.
bool CutPlacer::mayOverwrite(const MachineInstr &Store, const MachineInstr &Load,
                             bool Scopes) {
  const MachineFrameInfo &MFI = MF.getFrameInfo();
  auto May = [&](const MachineMemOperand *S, const MachineMemOperand *L) {
    const PseudoSourceValue *SP = S->getPseudoValue();
    const PseudoSourceValue *LP = L->getPseudoValue();
    if (SP && SP->kind() == PseudoSourceValue::Stack)
      return false; // arguments of a call
    if (SP && LP) {
      const auto *SF = dyn_cast<FixedStackPseudoSourceValue>(SP);
      const auto *LF = dyn_cast<FixedStackPseudoSourceValue>(LP);
      return !SF || !LF || SF->getFrameIndex() == LF->getFrameIndex();
    }
    if (SP)
      return SP->mayAlias(&MFI);
    if (LP)
      return LP->mayAlias(&MFI);
    if (!AA || !S->getValue() || !L->getValue() || S->getOffset() < 0 ||
        L->getOffset() < 0)
      return true;
    auto Where = [&](const MachineMemOperand *M) {
      AAMDNodes Tags = M->getAAInfo();
      for (MDNode **N : {&Tags.Scope, &Tags.NoAlias})
        if (*N)
          for (const MDOperand &Op : (*N)->operands())
            if (auto *S = dyn_cast<MDNode>(Op);
                !Scopes || (S && LocalScopes.count(S))) {
              *N = nullptr;
              break;
            }
      LocationSize Size = M->getSize();
      if (!Size.hasValue() || Size.getValue().isScalable())
        return MemoryLocation::getBeforeOrAfter(M->getValue(), Tags);
      return MemoryLocation(
          M->getValue(),
          LocationSize::precise(Size.getValue().getFixedValue() +
                                M->getOffset()),
          Tags);
    };
    return !AA->isNoAlias(Where(S), Where(L));
  };
  bool Any = Store.memoperands_empty() || Load.memoperands_empty();
  for (const MachineMemOperand *S : Store.memoperands())
    for (const MachineMemOperand *L : Load.memoperands())
      Any = Any || May(S, L);
  return Any;
}

bool CutPlacer::clobbers(const MachineInstr &Store, const MachineInstr &Load) {
  // Read again, it may be another value, and lead past this store: that is taken back, or
  // another region's, whatever it overwrites. (Not arguments of a call.)
  if (isAtomicLoad(Load))
    return Store.memoperands_empty() ||
           llvm::any_of(Store.memoperands(), [](const MachineMemOperand *M) {
             return !M->getPseudoValue() ||
                    M->getPseudoValue()->kind() != PseudoSourceValue::Stack;
           });
  auto [It, New] = Known.try_emplace({&Store, &Load}, true);
  if (!New)
    return It->second;
  bool Does = mayOverwrite(Store, Load, /*Scopes=*/false);
  if (Does && !mayOverwrite(Store, Load, /*Scopes=*/true)) {
    MachineLoop *L = MLI.getLoopFor(Store.getParent());
    Does = L != MLI.getLoopFor(Load.getParent()) || (L && !Versioned.count(L));
  }
  return Known[{&Store, &Load}] = Does;
}

/// Ranges that were found apart before a loop may meet when it runs again: it
/// begins with a cut.
void CutPlacer::findVersioned() {
  auto HasScope = [](const MachineInstr &MI) {
    return llvm::any_of(MI.memoperands(), [](const MachineMemOperand *M) {
      return M->getAAInfo().Scope || M->getAAInfo().NoAlias;
    });
  };
  for (MachineLoop *L : MLI.getLoopsInPreorder()) {
    MachineBasicBlock *P = L->getLoopPreheader();
    if (!P || !freeEnd(*P))
      continue;
    SmallVector<MachineInstr *, 8> Stores, Others;
    for (MachineBasicBlock *MBB : L->blocks())
      if (MLI.getLoopFor(MBB) == L)
        for (MachineInstr *MI : Blocks[MBB].Code) {
          if (MI->mayStore() && HasScope(*MI))
            Stores.push_back(MI);
          if (LoadIndex.count(MI) && HasScope(*MI))
            Others.push_back(MI);
        }
    bool Needed = llvm::any_of(Stores, [&](MachineInstr *S) {
      return llvm::any_of(Others, [&](MachineInstr *O) {
        return mayOverwrite(*S, *O, /*Scopes=*/false) &&
               !mayOverwrite(*S, *O, /*Scopes=*/true);
      });
    });
    if (Needed)
      Versioned.insert(L);
  }
}

/// Loads of what nobody may write need no place in the set.
static bool isConstantLoad(const MachineInstr &MI) {
  if (MI.memoperands_empty())
    return false;
  for (const MachineMemOperand *MMO : MI.memoperands())
    if (!MMO->isInvariant() &&
        !(MMO->getPseudoValue() &&
          MMO->getPseudoValue()->isConstant(&MI.getMF()->getFrameInfo())))
      return false;
  return true;
}

/// One round of the flow of loads; cuts before stores that clobber some.
/// Returns whether anything changed.
bool CutPlacer::compute(bool &Ok) {
  bool Changed = false;
  ReversePostOrderTraversal<MachineFunction *> Order(&MF);
  for (MachineBasicBlock *MBB : Order) {
    Block &B = Blocks[MBB];
    BitVector Now = B.In;
    for (unsigned I = 0; I != B.Code.size(); ++I) {
      MachineInstr &MI = *B.Code[I];
      if (Cuts.count({MBB->getNumber(), I}))
        Now.reset();
      if (isIrrevocable(MI)) {
        Now.reset();
        continue;
      }
      if (MI.mayStore()) {
        bool Clobbers = false;
        for (unsigned L : Now.set_bits())
          if (clobbers(MI, *Loads[L])) {
            Clobbers = true;
            break;
          }
        if (Clobbers && Logging && !B.Busy[I] && loggedBytes(MI)) {
          Logs.insert(&MI);
        } else if (Clobbers) {
          unsigned At = I;
          while (At && B.Busy[At])
            --At;
          bool Free = !B.Busy[At];
          // What lies between is not cut off.
          for (unsigned K = At; K != I; ++K)
            if (B.Code[K]->mayLoad() && clobbers(MI, *B.Code[K]))
              Free = false;
          if (!Free) {
            Ok = false;
            return false;
          }
          Cuts.insert({MBB->getNumber(), At});
          Changed = true;
          Now.reset();
          for (unsigned K = At; K != I; ++K)
            if (auto It = LoadIndex.find(B.Code[K]); It != LoadIndex.end())
              Now.set(It->second);
        }
      }
      if (auto It = LoadIndex.find(&MI); It != LoadIndex.end())
        Now.set(It->second);
    }
    if (Cuts.count({MBB->getNumber(), unsigned(B.Code.size())}))
      Now.reset();
    for (MachineBasicBlock *S : MBB->successors()) {
      BitVector &In = Blocks[S].In;
      BitVector Old = In;
      In |= Now;
      Changed |= In != Old;
    }
  }
  return Changed;
}

/// The last place of the block where a cut may stand.
std::optional<unsigned> CutPlacer::freeEnd(MachineBasicBlock &MBB) {
  Block &B = Blocks[&MBB];
  unsigned I = 0;
  while (I < B.Code.size() && !B.Code[I]->isTerminator())
    ++I;
  while (I && I < B.Code.size() && B.Busy[I] && !isIrrevocable(*B.Code[I - 1]))
    --I;
  if (I < B.Code.size() && B.Busy[I])
    return std::nullopt;
  return I;
}

void CutPlacer::cutAtEnd(MachineBasicBlock &MBB) {
  if (auto I = freeEnd(MBB))
    Cuts.insert({MBB.getNumber(), *I});
}

/// What a loop with cuts only reads is saved before it, once; what it carries
/// on is saved where each turn ends, where the values of the turn are dead. Loops that
/// log stores have cuts that are seldom made: those are worth a save outside of all.
void CutPlacer::cutLoops() {
  MachineBranchProbabilityInfo MBPI;
  MachineBlockFrequencyInfo MBFI(MF, MBPI, MLI);
  SmallVector<MachineBasicBlock *, 16> Ends;
  for (MachineLoop *L : MLI.getLoopsInPreorder()) {
    bool Any = false, Often = false;
    uint64_t Turns = MBFI.getBlockFreq(L->getHeader()).getFrequency();
    for (MachineBasicBlock *MBB : L->blocks()) {
      Any |= !L->getParentLoop() && Splits.count(MBB);
      auto It = Cuts.lower_bound({MBB->getNumber(), 0});
      if (It == Cuts.end() || It->first != MBB->getNumber())
        continue;
      Any = true;
      Often |= MBFI.getBlockFreq(MBB).getFrequency() > Turns / 2;
    }
    if (!Any)
      continue;
    if (MachineBasicBlock *P = L->getLoopPreheader())
      Ends.push_back(P);
    if (!Often)
      continue;
    SmallVector<MachineBasicBlock *, 4> Latches;
    L->getLoopLatches(Latches);
    Ends.append(Latches.begin(), Latches.end());
  }
  for (MachineBasicBlock *MBB : Ends)
    cutAtEnd(*MBB);
}

/// Whether a way leads from the end of From back to its head (in L, if given)
/// that ends no region.
bool CutPlacer::returnsUncut(MachineBasicBlock &From, const MachineLoop *L) {
  auto Stops = [&](MachineBasicBlock &B) {
    auto It = Cuts.lower_bound({B.getNumber(), 0});
    return (It != Cuts.end() && It->first == B.getNumber()) ||
           (!L && Splits.count(&B));
  };
  if (Stops(From))
    return false;
  SmallPtrSet<MachineBasicBlock *, 32> Seen;
  SmallVector<MachineBasicBlock *, 32> Work{&From};
  while (!Work.empty())
    for (MachineBasicBlock *S : Work.pop_back_val()->successors()) {
      if (S == &From)
        return true;
      if ((!L || L->contains(S)) && Seen.insert(S).second && !Stops(*S))
        Work.push_back(S);
    }
  return false;
}

/// The log has an end: loops that fill it begin another region in time. False
/// when that cannot be done.
bool CutPlacer::splitLoops() {
  for (MachineLoop *L : MLI.getLoopsInPreorder()) {
    MachineBasicBlock &H = *L->getHeader();
    bool Any = llvm::any_of(Logs, [&](MachineInstr *MI) {
      return L->contains(MI->getParent());
    });
    if (!Any || !returnsUncut(H, L))
      continue;
    Block &B = Blocks[&H];
    if (H.isEHPad() || B.Code.empty() || B.Busy[0])
      return false;
    Splits.insert(&H);
  }
  for (MachineInstr *MI : Logs)
    if (returnsUncut(*MI->getParent(), nullptr))
      return false;
  return true;
}

/// Cuts before stores for which the log may have no room left. Counted over the
/// whole function, bzip2's had no log at all, and a cut before each store: 714.
bool CutPlacer::cutFullLogs() {
  bool Ok = true;
  flowOfBytes(MF, [&](MachineBasicBlock &MBB, unsigned Now) {
    Block &B = Blocks[&MBB];
    if (Splits.count(&MBB))
      Now = 0;
    for (unsigned I = 0; I != B.Code.size(); ++I) {
      if (Cuts.count({MBB.getNumber(), I}))
        Now = 0;
      if (!Logs.count(B.Code[I]))
        continue;
      unsigned Bytes = std::max(8u, loggedBytes(*B.Code[I]));
      if (Now + Bytes > MaxLoggedBytes) {
        // Only stores whose place is free are logged.
        Ok &= !B.Busy[I];
        Cuts.insert({MBB.getNumber(), I});
        Now = 0;
      }
      Now += Bytes;
    }
    return Cuts.count({MBB.getNumber(), unsigned(B.Code.size())}) ? 0 : Now;
  });
  return Ok;
}

void CutPlacer::emit() {
  unsigned Id = 0;
  for (MachineBasicBlock &MBB : MF) {
    Block &B = Blocks[&MBB];
    DenseMap<MachineInstr *, unsigned> Markers = groupLogged(
        MF, B.Code, [&](MachineInstr &MI) { return Logs.count(&MI) ? loggedBytes(MI) : 0; },
        [&](unsigned I) {
          return Cuts.count({MBB.getNumber(), I}) || isIrrevocable(*B.Code[I]);
        });
    auto Place = [&](unsigned I, PseudoKind K, unsigned Region) {
      auto At = I < B.Code.size() ? B.Code[I]->getIterator() : MBB.end();
      DebugLoc DL;
      PseudoBuilder(MBB, At, DL).place(K, Region);
    };
    if (Splits.count(&MBB)) {
      Place(0, PseudoKind::SplitBegin, 0);
      Place(0, PseudoKind::Cut, ++Id);
      Place(0, PseudoKind::SplitEnd, 0);
    }
    for (unsigned I = 0; I <= B.Code.size(); ++I) {
      if (Cuts.count({MBB.getNumber(), I}))
        Place(I, PseudoKind::Cut, ++Id);
      if (Saves.count({MBB.getNumber(), I}))
        Place(I, PseudoKind::Save, 0);
      if (I == B.Code.size())
        continue;
      if (auto It = Markers.find(B.Code[I]); It != Markers.end())
        Place(I, PseudoKind::Log, It->second);
    }
  }
}

bool CutPlacer::run() {
  if (!isPossible())
    return false;
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : MBB)
      if (MI.mayLoad() && !isIrrevocable(MI) && !isConstantLoad(MI)) {
        LoadIndex[&MI] = Loads.size();
        Loads.push_back(&MI);
      }
  if (uint64_t(Loads.size()) * MF.size() > 1u << 27)
    return cannot("too large");
  for (MachineBasicBlock &MBB : MF)
    scan(MBB);
  findVersioned();
  if (!place(/*Logging=*/true) && !place(/*Logging=*/false))
    return false;
  cutLoops();
  emit();
  return true;
}

/// Everything but the cuts of loops, on paper.
bool CutPlacer::place(bool WithLog) {
  Logging = WithLog;
  Cuts.clear();
  Saves.clear();
  Splits.clear();
  begin();
  cutBefore(MF.front(), 0);
  for (MachineLoop *L : Versioned)
    cutAtEnd(*L->getLoopPreheader());
  for (MachineBasicBlock &MBB : MF) {
    Block &B = Blocks[&MBB];
    if (MBB.isEHPad())
      cutBefore(MBB, 0);
    for (unsigned I = 0; I != B.Code.size(); ++I) {
      if (!isIrrevocable(*B.Code[I]) || B.Code[I]->isTerminator())
        continue;
      if (!cutBefore(MBB, I + 1))
        for (MachineBasicBlock *S : MBB.successors())
          if (!S->isEHPad())
            cutBefore(*S, 0);
      // Before the arguments are on their way. Not across another effect.
      unsigned At = I;
      while (At && B.Busy[At] && !isIrrevocable(*B.Code[At - 1]))
        --At;
      if (!B.Busy[At])
        Saves.insert({MBB.getNumber(), At});
    }
  }
  for (bool Ok = true;;) {
    while (compute(Ok))
      ;
    if (!Ok)
      return cannot("flags or arguments live across a store");
    if (Logs.empty())
      return true;
    Splits.clear();
    size_t Before = Cuts.size();
    if (!splitLoops() || !cutFullLogs())
      return cannot("a loop that logs stores cannot be split");
    if (Cuts.size() == Before)
      return true;
    // What is read before the new cuts needs no log behind them.
    begin();
  }
}

bool crit::placeCuts(MachineFunction &MF, AAResults *AA, const char *&Why) {
  CutPlacer P(MF, AA);
  bool Ok = P.run();
  Why = P.hindrance();
  return Ok;
}
