//===- Transactions.cpp - where hardware transactions begin and end -------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Transactions.h"
#include "CheckPseudo.h"
#include "FunctionPolicy.h"
#include "X86Table.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/CodeGen/LiveRegUnits.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace crit;

static const char Attr[] = "crit-tx";

//===----------------------------------------------------------------------===//
// Which functions
//===----------------------------------------------------------------------===//

/// A program's own transactions are left alone: it may ask whether it is in one.
static bool usesTransactions(const Function &F) {
  for (const Instruction &I : instructions(F))
    if (const auto *C = dyn_cast<CallBase>(&I))
      if (const Function *Callee = C->getCalledFunction();
          Callee && (Callee->getName().starts_with("llvm.x86.x") &&
                     is_contained({"llvm.x86.xbegin", "llvm.x86.xend",
                                   "llvm.x86.xabort", "llvm.x86.xtest"},
                                  Callee->getName())))
        return true;
  return false;
}

static bool allCallersMarked(const Function &F) {
  return F.hasLocalLinkage() && all_of(F.uses(), [](const Use &U) {
           const auto *C = dyn_cast<CallBase>(U.getUser());
           return C && C->isCallee(&U) && !C->isMustTailCall() &&
                  C->getFunction()->hasFnAttribute(Attr);
         });
}

void crit::markTransactions(Module &M) {
  bool Any = false, Asked = false;
  for (Function &F : M) {
    F.removeFnAttr(Attr);
    TxMode Mode = optionsOf(F).Transactions;
    if (F.isDeclarationForLinker() || modeOf(F).Mode != CRIT_MODE_HAFT ||
        Mode == TxMode::None || usesTransactions(F))
      continue;
    F.addFnAttr(Attr, "outer");
    Any = true;
    Asked |= Mode == TxMode::Rtm;
  }
  if (!Any)
    return;
  for (Function &F : M)
    if (F.hasFnAttribute(Attr) && allCallersMarked(F))
      F.addFnAttr(Attr, "inner");
  // An outer function ends its transaction when it returns, an inner one does
  // not, so it must not return in its place.
  for (Function &F : M) {
    if (F.getFnAttribute(Attr).getValueAsString() != "outer")
      continue;
    for (Instruction &I : instructions(F))
      if (auto *C = dyn_cast<CallInst>(&I))
        if (const Function *Callee = C->getCalledFunction();
            Callee &&
            Callee->getFnAttribute(Attr).getValueAsString() == "inner")
          C->setTailCallKind(CallInst::TCK_NoTail);
  }
  linkTransactionCode(M, Asked);
}

//===----------------------------------------------------------------------===//
// Where
//===----------------------------------------------------------------------===//

namespace {

enum class Effect {
  None,  ///< may be inside
  Ends,  ///< a hardened function that ends the transaction when it returns
  Unsafe ///< must not be inside: unhardened code, or the CPU would abort
};

class Placer {
public:
  explicit Placer(MachineFunction &MF)
      : MF(MF), T(X86Table::get(MF)),
        TRI(*MF.getSubtarget().getRegisterInfo()),
        Outer(MF.getFunction().getFnAttribute(Attr).getValueAsString() ==
              "outer") {}
  void run();

private:
  Effect effectOf(const MachineInstr &MI) const;
  bool isReal(const MachineInstr &MI) const;
  bool isTightLoop(const MachineBasicBlock &MBB) const;
  void order();
  void findHeads();
  void findExits(const MachineBasicBlock *Head);
  void computeCosts();
  void scan(MachineBasicBlock &MBB);
  void splitFrom(MachineBasicBlock &MBB, unsigned I);
  void aroundEffects(MachineBasicBlock &MBB);
  bool nearlyEmpty(unsigned From) const;
  void put(MachineBasicBlock &MBB, unsigned Before, PseudoKind K,
           unsigned Cost);

  MachineFunction &MF;
  const X86Table &T;
  const TargetRegisterInfo &TRI;
  bool Outer;
  std::vector<MachineBasicBlock *> PostOrder; ///< without ways to landings
  DenseMap<const MachineBasicBlock *, unsigned> Number;
  SmallPtrSet<const MachineBasicBlock *, 16> Heads;
  DenseMap<const MachineBasicBlock *, unsigned> Cost; ///< to the next split
  // Of the block being worked on.
  std::vector<MachineInstr *> Code;
  std::vector<char> Busy; ///< before Code[I], and at the end: flags are live
};

} // namespace

/// Of this module, hardened the same way, and not another one when linked.
static const Function *knownCallee(const MachineInstr &MI) {
  for (const MachineOperand &MO : MI.operands())
    if (MO.isGlobal())
      if (const auto *F = dyn_cast<Function>(MO.getGlobal());
          F && F->hasFnAttribute(Attr) && F->hasExactDefinition() &&
          (F->hasLocalLinkage() || F->isDSOLocal()))
        return F;
  return nullptr;
}

/// Nothing that needs a block of its own may stand behind it.
static bool endsBlock(const MachineInstr &MI) {
  return MI.isTerminator() || MI.getOpcode() == TargetOpcode::INLINEASM_BR;
}

Effect Placer::effectOf(const MachineInstr &MI) const {
  if (MI.isMetaInstruction() || CheckPseudo::parse(MI))
    return Effect::None;
  if (MI.isInlineAsm())
    return *MI.getOperand(0).getSymbolName() ? Effect::Unsafe : Effect::None;
  StringRef Name = T.name(MI);
  if (MI.isCall()) {
    // Address of a thread's variable: a call in name only.
    if (Name.starts_with("TLS_"))
      return Effect::None;
    const Function *F = knownCallee(MI);
    if (!F)
      return Effect::Unsafe;
    return F->getFnAttribute(Attr).getValueAsString() == "inner" ? Effect::None
                                                                 : Effect::Ends;
  }
  // What always aborts. Atomic accesses and fences may be inside: nobody sees
  // them before the commit, which is one itself.
  for (StringRef Prefix : {"CPUID", "PAUSE", "SYSCALL", "SYSENTER", "XSAVE",
                           "XRSTOR", "FXSAVE", "FXRSTOR", "CLFLUSH", "CLWB",
                           "MONITOR", "MWAIT", "UMONITOR", "UMWAIT", "TPAUSE",
                           "HLT", "TRAP"})
    if (Name.starts_with(Prefix))
      return Effect::Unsafe;
  for (StringRef Prefix : {"INT", "IN", "OUT"}) // others begin like these
    if (StringRef Rest = Name;
        Rest.consume_front(Prefix) && (Rest.empty() || isDigit(Rest.front())))
      return Effect::Unsafe;
  return Effect::None;
}

bool Placer::isReal(const MachineInstr &MI) const {
  if (auto P = CheckPseudo::parse(MI))
    return !P->isPlace();
  return !MI.isMetaInstruction() &&
         !(MI.isInlineAsm() && !*MI.getOperand(0).getSymbolName());
}

/// As in HAFT: counting would cost as much as its few instructions.
bool Placer::isTightLoop(const MachineBasicBlock &MBB) const {
  unsigned N = 0;
  for (const MachineInstr &MI : MBB) {
    if (!isReal(MI))
      continue;
    if (MI.isCall() || effectOf(MI) != Effect::None)
      return false;
    if (!CheckPseudo::parse(MI) &&
        (MI.mayStore() || (MI.mayLoad() && MI.hasOrderedMemoryRef())))
      return false;
    ++N;
  }
  return N <= 40 && MBB.isSuccessor(&MBB);
}

static bool isLanding(const MachineBasicBlock &MBB) {
  return any_of(MBB, [](const MachineInstr &MI) {
    auto P = CheckPseudo::parse(MI);
    return P && P->Kind == PseudoKind::Landing;
  });
}

void Placer::order() {
  SmallPtrSet<MachineBasicBlock *, 32> Seen;
  std::vector<std::pair<MachineBasicBlock *, MachineBasicBlock::succ_iterator>>
      Stack;
  auto Push = [&](MachineBasicBlock *MBB) {
    if (Seen.insert(MBB).second && !isLanding(*MBB))
      Stack.push_back({MBB, MBB->succ_begin()});
  };
  Push(&MF.front());
  while (!Stack.empty()) {
    auto &[MBB, Next] = Stack.back();
    if (Next == MBB->succ_end()) {
      Number[MBB] = PostOrder.size();
      PostOrder.push_back(MBB);
      Stack.pop_back();
    } else {
      Push(*Next++);
    }
  }
}

/// Where the loop at Head is left. Else each turn would count all that follows
/// the loop, and a transaction of 2,000 instructions were over after a hundred:
/// that cost kmeans, on a CPU with RTM, 2.4 times its time without them.
void Placer::findExits(const MachineBasicBlock *Head) {
  SmallPtrSet<const MachineBasicBlock *, 16> Loop;
  std::vector<const MachineBasicBlock *> Work;
  Loop.insert(Head);
  for (const MachineBasicBlock *P : Head->predecessors())
    if (auto It = Number.find(P);
        It != Number.end() && It->second <= Number[Head] &&
        Loop.insert(P).second)
      Work.push_back(P);
  while (!Work.empty()) {
    const MachineBasicBlock *MBB = Work.back();
    Work.pop_back();
    for (const MachineBasicBlock *P : MBB->predecessors())
      if (Number.count(P) && Loop.insert(P).second)
        Work.push_back(P);
  }
  for (const MachineBasicBlock *MBB : Loop)
    for (const MachineBasicBlock *S : MBB->successors())
      if (Number.count(S) && !Loop.count(S))
        Heads.insert(S);
}

void Placer::findHeads() {
  SmallPtrSet<const MachineBasicBlock *, 16> Done;
  for (MachineBasicBlock *MBB : PostOrder) {
    if (MBB->isEHPad())
      Heads.insert(MBB);
    for (MachineBasicBlock *S : MBB->successors())
      if (auto It = Number.find(S);
          It != Number.end() && It->second >= Number[MBB] && !isTightLoop(*S) &&
          Done.insert(S).second) {
        Heads.insert(S);
        findExits(S);
      }
  }
}

/// Instructions on the longest way to the next split.
void Placer::computeCosts() {
  for (MachineBasicBlock *MBB : PostOrder) {
    unsigned Own = 0, Behind = 0;
    for (const MachineInstr &MI : *MBB)
      if (isReal(MI))
        Own += CheckPseudo::parse(MI) ? 2 : 1;
    if (MBB->isSuccessor(MBB) && !Heads.count(MBB))
      Own *= 4; // turns of a tight loop
    for (const MachineBasicBlock *S : MBB->successors())
      if (auto It = Number.find(S);
          It != Number.end() && It->second < Number[MBB] && !Heads.count(S))
        Behind = std::max(Behind, Cost.lookup(S));
    Cost[MBB] = std::min(Own + Behind, 1u << 20);
  }
}

void Placer::scan(MachineBasicBlock &MBB) {
  Code.clear();
  for (MachineInstr &MI : MBB)
    Code.push_back(&MI);
  Busy.assign(Code.size() + 1, false);
  LiveRegUnits Live(TRI);
  for (const MachineBasicBlock *S : MBB.successors())
    for (const auto &LI : S->liveins())
      Live.addReg(LI.PhysReg);
  Busy[Code.size()] = !Live.available(T.EFLAGS);
  for (unsigned I = Code.size(); I-- > 0;) {
    if (!Code[I]->isDebugInstr())
      Live.stepBackward(*Code[I]);
    Busy[I] = !Live.available(T.EFLAGS);
  }
}

void Placer::put(MachineBasicBlock &MBB, unsigned Before, PseudoKind K,
                 unsigned Cost) {
  auto At = Before < Code.size() ? Code[Before]->getIterator() : MBB.end();
  PseudoBuilder(MBB, At, DebugLoc()).place(K, Cost);
}

/// At the first place from Code[I] on where flags are dead. A block without one
/// has no split: the transaction is longer.
void Placer::splitFrom(MachineBasicBlock &MBB, unsigned I) {
  while (I < Code.size() && (Code[I]->isMetaInstruction() || Busy[I]) &&
         !endsBlock(*Code[I]))
    ++I;
  if (!Busy[I] && !nearlyEmpty(I))
    put(MBB, I, PseudoKind::TxSplit, Cost.lookup(&MBB));
}

/// Whether a transaction that begins before Code[From] ends in this block after
/// next to nothing.
bool Placer::nearlyEmpty(unsigned From) const {
  unsigned N = 0;
  for (; From < Code.size() && N <= 10; ++From) {
    if (effectOf(*Code[From]) == Effect::Unsafe ||
        (Outer && Code[From]->isReturn()))
      return true;
    N += isReal(*Code[From]);
  }
  return N <= 10 && !Code.empty() && Code.back()->getParent()->succ_empty();
}

void Placer::aroundEffects(MachineBasicBlock &MBB) {
  for (unsigned I = 0; I != Code.size(); ++I) {
    const MachineInstr &MI = *Code[I];
    Effect E = effectOf(MI);
    bool Leaves = MI.isReturn() && (Outer || E == Effect::Unsafe);
    if (E == Effect::Unsafe || Leaves) {
      unsigned At = I;
      while (At && Busy[At])
        --At;
      if (!Busy[At])
        put(MBB, At, PseudoKind::TxEnd, 0);
    }
    if (E != Effect::None && !endsBlock(MI) && !Busy[I + 1] &&
        !nearlyEmpty(I + 1))
      put(MBB, I + 1, PseudoKind::TxSplit, 0);
  }
}

void Placer::run() {
  order();
  findHeads();
  computeCosts();
  for (MachineBasicBlock &MBB : MF) {
    scan(MBB);
    aroundEffects(MBB);
    if (&MBB == &MF.front()) {
      unsigned I = 0;
      StringRef Name;
      while (I < Code.size() && !endsBlock(*Code[I]) &&
             (Code[I]->isMetaInstruction() ||
              Code[I]->getFlag(MachineInstr::FrameSetup) ||
              (Name = T.name(*Code[I])).starts_with("ENDBR") ||
              Name.starts_with("FENTRY") || Name.starts_with("PATCHABLE")))
        ++I;
      splitFrom(MBB, I);
    } else if (Heads.count(&MBB)) {
      splitFrom(MBB, 0);
    }
  }
}

void crit::placeTransactions(MachineFunction &MF) {
  if (MF.getFunction().hasFnAttribute(Attr))
    Placer(MF).run();
}
