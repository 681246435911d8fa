//===- RegionTable.cpp - where code that traps goes on --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "RegionTable.h"
#include "LowerChecks.h"
#include "Regions.h"
#include "StackDamage.h"
#include "X86Table.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/CodeGen/LiveRegUnits.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/Support/raw_ostream.h"
#include <set>

using namespace llvm;
using namespace crit;

/// Through the stack pointer, between two comparisons of it.
constexpr unsigned MaxStores = 8;

namespace {

class TableMaker {
public:
  explicit TableMaker(MachineFunction &MF)
      : MF(MF), TII(*MF.getSubtarget().getInstrInfo()),
        Id(std::to_string(MF.getFunctionNumber())) {}
  void run();

private:
  using Regions = std::set<unsigned>; ///< 0 stands for none
  struct State {
    Regions Now;
    StackWrites Written;
  };
  void step(Regions &Now, const MachineInstr &MI) const;
  bool emptiesLog(const MachineInstr &MI) const;
  unsigned landing(const Regions &Now) const;
  void flow(const StackDamage &Damage);
  uint32_t harmless(const StackDamage &Damage, const State &S);
  bool compareMore(const StackDamage &Damage, MachineBasicBlock &MBB,
                   bool Inherit);
  void compareAgain(const StackDamage &Damage, MachineBasicBlock &MBB,
                    State Now);
  void emit(const StackDamage &Damage, int32_t Mark);
  uint32_t frameSize() const;
  int32_t markOffset() const;
  void text(MachineBasicBlock &MBB, MachineBasicBlock::iterator At,
            const Twine &Text);

  MachineFunction &MF;
  const TargetInstrInfo &TII;
  std::string Id;
  struct Entry {
    unsigned Landing;
    uint32_t Harmless;
    bool operator==(const Entry &O) const {
      return Landing == O.Landing && Harmless == O.Harmless;
    }
  };
  std::string label(const char *What, unsigned N) const {
    return std::string(".Lcrit_") + What + Id + "_" + std::to_string(N);
  }
  /// Labels where the landing changes, in the order of addresses.
  std::vector<Entry> Entries;
  std::vector<uint32_t> Again;
  std::vector<MachineInstr *> Begins; ///< checkpoints written again, behind them
  std::set<unsigned> Landings;
  const MachineInstr *Comparison = nullptr; ///< of the stack pointer, any
  DenseMap<unsigned, BitVector> Loaded; ///< by a landing: words of the frame
  std::set<unsigned> Writers; ///< regions whose cut writes down their number
  Register LogBase;           ///< of the undo log's address; none: there is no log
  int64_t LogDisp = 0;
  DenseMap<const MachineBasicBlock *, State> In;
  State Asked; ///< what harmless() answered last
  uint32_t Answer = 0;
};

} // namespace

/// The store that empties the undo log, in front of the cut that ends its region.
bool TableMaker::emptiesLog(const MachineInstr &MI) const {
  if (!LogBase || X86Table::get(MF).name(MI) != "MOV64mi32")
    return false;
  return MI.getOperand(0).isReg() && MI.getOperand(0).getReg() == LogBase &&
         !MI.getOperand(2).getReg() && MI.getOperand(3).isImm() &&
         MI.getOperand(3).getImm() == LogDisp && MI.getOperand(5).isImm() &&
         !MI.getOperand(5).getImm();
}

/// What traps behind that store must not run the region again: its stores would not be
/// taken back.
void TableMaker::step(Regions &Now, const MachineInstr &MI) const {
  auto P = CheckPseudo::parse(MI);
  if (P && P->Kind == PseudoKind::Cut)
    Now = {P->Region};
  else if (P && P->Kind == PseudoKind::Landing)
    Now = {P->Region};
  else if ((!P && isIrrevocable(MI)) || MI.getFlag(MachineInstr::FrameDestroy) ||
           MI.isReturn() || emptiesLog(MI))
    Now = {0};
}

unsigned TableMaker::landing(const Regions &Now) const {
  if (Now.empty() || Now.count(0))
    return 0;
  // Passes may have merged code of regions that were apart.
  if (Now.size() > 1)
    for (unsigned R : Now)
      if (!Writers.count(R))
        return 0;
  unsigned R = Now.size() == 1 ? *Now.begin() : DispatchRegion;
  return Landings.count(R) ? R : 0;
}

/// Distance from the stack pointer to the return address, behind the prologue.
uint32_t TableMaker::frameSize() const {
  const X86Table &T = X86Table::get(MF);
  uint32_t Size = 0;
  if (MF.getFrameInfo().hasVarSizedObjects())
    return ~0u;
  for (const MachineInstr &MI : MF.front()) {
    if (!MI.getFlag(MachineInstr::FrameSetup) || MI.isCFIInstruction())
      continue;
    StringRef Name = T.name(MI);
    if (Name.starts_with("PUSH64"))
      Size += 8;
    else if (Name.starts_with("SUB64ri") && MI.getOperand(0).getReg() == T.RSP)
      Size += MI.getOperand(2).getImm();
    else if (MI.modifiesRegister(T.RSP, nullptr))
      return ~0u;
  }
  return Size;
}

/// Distance from the stack pointer to the word that holds it.
int32_t TableMaker::markOffset() const {
  const X86Table &T = X86Table::get(MF);
  for (const MachineInstr &MI : MF.front())
    if (T.name(MI) == "MOV64mr" && MI.getOperand(5).getReg() == T.RSP &&
        MI.getOperand(0).isReg() && MI.getOperand(0).getReg() == T.RSP &&
        !MI.getFlag(MachineInstr::FrameSetup) && MI.getOperand(3).isImm())
      return MI.getOperand(3).getImm();
  return -1;
}

void TableMaker::text(MachineBasicBlock &MBB, MachineBasicBlock::iterator At,
                      const Twine &Text) {
  BuildMI(MBB, At, DebugLoc(), TII.get(TargetOpcode::INLINEASM))
      .addExternalSymbol(MF.createExternalSymbolName(Text.str()))
      .addImm(InlineAsm::Extra_HasSideEffects);
}

static uint32_t bothHarmless(uint32_t A, uint32_t B) {
  constexpr uint32_t Any = CRIT_HARMLESS_LOGGED | CRIT_HARMLESS_CALLED |
                           CRIT_HARMLESS_EMPTIED;
  return (A & B) | ((A | B) & Any);
}

void TableMaker::flow(const StackDamage &Damage) {
  for (MachineBasicBlock &MBB : MF)
    In[&MBB].Written = Damage.nothing();
  In[&MF.front()] = {{0}, Damage.anything()};
  ReversePostOrderTraversal<MachineFunction *> Order(&MF);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (MachineBasicBlock *MBB : Order) {
      State Now = In[MBB];
      for (const MachineInstr &MI : *MBB) {
        step(Now.Now, MI);
        Damage.step(Now.Written, MI);
      }
      for (MachineBasicBlock *S : MBB->successors()) {
        State &To = In[S];
        size_t Old = To.Now.size();
        if (S->isEHPad()) {
          To.Now.insert(0);
          Changed |= To.Written.merge(Damage.anything());
        } else {
          To.Now.insert(Now.Now.begin(), Now.Now.end());
          Changed |= To.Written.merge(Now.Written);
        }
        Changed |= To.Now.size() != Old;
      }
    }
  }
}

/// Where much is written through the stack pointer between two comparisons, hardly
/// any wrong value of it spoils nothing: another one every few stores. And before a
/// region ends that read variables or used addresses of them: it would not be done
/// again. Not where the log has been emptied and its region is still the current one.
bool TableMaker::compareMore(const StackDamage &Damage, MachineBasicBlock &MBB,
                             bool Inherit) {
  const X86Table &T = X86Table::get(MF);
  SmallVector<MachineInstr *, 32> Free; // in front of which flags are not live
  LiveRegUnits Live(*MF.getSubtarget().getRegisterInfo());
  Live.addLiveOuts(MBB);
  for (MachineInstr &MI : reverse(MBB)) {
    if (MI.isDebugInstr())
      continue;
    Live.stepBackward(MI);
    if (Live.available(T.EFLAGS))
      Free.push_back(&MI);
  }
  Regions Now = In[&MBB].Now;
  StackWrites Written = Inherit ? In[&MBB].Written : Damage.nothing();
  Written.Emptied = In[&MBB].Written.Emptied;
  unsigned Stores = 0;
  bool Any = false;
  for (MachineInstr &MI : make_early_inc_range(MBB)) {
    bool IsFree = !Free.empty() && Free.back() == &MI;
    if (IsFree)
      Free.pop_back();
    auto P = CheckPseudo::parse(MI);
    if (MI.isTerminator() || (P && (P->Kind == PseudoKind::Decide ||
                                    P->Kind == PseudoKind::DecideLoad)))
      break;
    unsigned Region = landing(Now);
    bool Calls = P ? P->Kind == PseudoKind::TxEnd : MI.isCall();
    bool Ends = Calls || (P ? P->Kind == PseudoKind::Cut : isIrrevocable(MI));
    bool Due = Stores >= MaxStores ||
               (Ends && (Damage.isOpen(Written) || (Calls && Written.Pointed)));
    if (IsFree && Region && Due && !Written.Emptied && !Damage.isComparison(MI)) {
      MachineInstr *C = MF.CloneMachineInstr(Comparison);
      MBB.insert(MI.getIterator(), C);
      CheckPseudo::setRegion(*C, Region);
      Written = Damage.nothing();
      Stores = 0;
      Any = true;
    }
    step(Now, MI);
    Damage.step(Written, MI);
    if (Damage.isComparison(MI) || Written.Called)
      Stores = 0;
    else if (!P && Damage.isStore(MI))
      ++Stores;
  }
  return Any;
}

uint32_t TableMaker::harmless(const StackDamage &Damage, const State &S) {
  if (!landing(S.Now))
    return 0;
  // Most instructions change nothing of this.
  if (S.Now == Asked.Now && S.Written == Asked.Written)
    return Answer;
  Asked = S;
  BitVector Needed = Damage.nothing().Words;
  for (unsigned R : S.Now)
    if (auto It = Loaded.find(R); It != Loaded.end())
      Needed |= It->second;
  return Answer = Damage.harmless(S.Written, Needed);
}

/// A comparison of the stack pointer that no region goes back from: behind a call,
/// or at the entry. The checkpoint up to it is written again, if it takes all it
/// reads as it was: its registers are not overwritten, and from the frame it loads
/// before it stores.
void TableMaker::compareAgain(const StackDamage &Damage, MachineBasicBlock &MBB,
                              State Now) {
  const X86Table &T = X86Table::get(MF);
  const TargetRegisterInfo &TRI = *MF.getSubtarget().getRegisterInfo();
  MachineInstr *Begin = nullptr; // the checkpoint begins behind it
  bool Clean = false;
  StackWrites Written;
  BitVector Read(TRI.getNumRegUnits()), Set(TRI.getNumRegUnits());
  std::vector<std::pair<int64_t, uint64_t>> Loads, Stores;
  auto Touches = [](const auto &List, int64_t Low, uint64_t Size) {
    return llvm::any_of(List, [&](const auto &P) {
      return Low < P.first + int64_t(P.second) && P.first < Low + int64_t(Size);
    });
  };
  for (MachineInstr &MI : MBB) {
    unsigned Was = landing(Now.Now);
    step(Now.Now, MI);
    if (MI.isMetaInstruction())
      continue;
    if ((MI.isCall() && !MI.isReturn()) || Damage.isMark(MI)) {
      Begin = &MI;
      Clean = true;
      Written = Damage.nothing();
      Written.Called = MI.isCall();
      Read.reset();
      Set.reset();
      Loads.clear();
      Stores.clear();
      continue;
    }
    if (Damage.isComparison(MI)) {
      if (Clean && Begin && !Was && !CheckPseudo::parse(MI)->Region) {
        Begins.push_back(Begin);
        CheckPseudo::setRegion(MI, AgainRegion + Again.size());
        Again.push_back(Damage.harmlessAgain(Written));
      }
      Begin = nullptr;
      continue;
    }
    if (!Begin)
      continue;
    if (!CheckPseudo::parse(MI)) {
      Damage.step(Written, MI);
      int Mem = T.memoryOperand(MI);
      bool Memory = MI.mayLoad() || MI.mayStore();
      Clean &= !MI.isInlineAsm() && !MI.hasUnmodeledSideEffects() &&
               !MI.isTerminator() && !(MI.mayLoad() && MI.mayStore());
      if (Memory) {
        bool OnStack = Mem >= 0 && MI.getOperand(Mem).isReg() &&
                       MI.getOperand(Mem).getReg() == T.RSP &&
                       !MI.getOperand(Mem + 2).getReg() &&
                       MI.getOperand(Mem + 3).isImm() && MI.hasOneMemOperand();
        LocationSize Size = OnStack ? (*MI.memoperands_begin())->getSize()
                                    : LocationSize::beforeOrAfterPointer();
        Clean &= OnStack && Size.hasValue() && !Size.getValue().isScalable();
        if (!Clean)
          continue;
        int64_t Low = MI.getOperand(Mem + 3).getImm();
        uint64_t Bytes = Size.getValue().getFixedValue();
        if (MI.mayStore()) {
          Clean &= !Touches(Loads, Low, Bytes);
          Stores.push_back({Low, Bytes});
        } else if (!Touches(Stores, Low, Bytes)) {
          Loads.push_back({Low, Bytes});
        }
      }
    }
    for (const MachineOperand &MO : MI.operands())
      if (MO.isReg() && MO.getReg().isPhysical() && MO.readsReg())
        for (MCRegUnit U : TRI.regunits(MO.getReg()))
          if (!Set.test(unsigned(U)))
            Read.set(unsigned(U));
    for (const MachineOperand &MO : MI.operands())
      if (MO.isReg() && MO.getReg().isPhysical() && MO.isDef())
        for (MCRegUnit U : TRI.regunits(MO.getReg())) {
          Set.set(unsigned(U));
          Clean &= !Read.test(unsigned(U));
        }
  }
}

void TableMaker::run() {
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : MBB)
      if (auto P = CheckPseudo::parse(MI)) {
        if (P->Kind == PseudoKind::Landing)
          Landings.insert(P->Region);
        if (P->Kind == PseudoKind::Cut && P->Aux)
          Writers.insert(P->Region);
        if (P->Kind == PseudoKind::Undo) {
          LogBase = MI.getOperand(P->MemA).getReg();
          LogDisp = MI.getOperand(P->MemA + 3).getImm();
        }
      }
  if (Landings.empty())
    return;
  int32_t Mark = markOffset();
  StackDamage Damage(MF, frameSize(), Mark);
  if (Damage.isUsable())
    for (MachineBasicBlock &MBB : MF)
      for (MachineInstr &MI : MBB)
        if (auto P = CheckPseudo::parse(MI);
            P && P->Kind == PseudoKind::Landing)
          Loaded[P->Region] = Damage.loads(MBB);
  flow(Damage);
  Comparison = stackComparison(MF);
  // What each block asks for by itself first; then what is left over from others.
  if (Damage.isUsable() && Comparison)
    for (bool Inherit : {false, true}) {
      bool Any = false;
      for (MachineBasicBlock &MBB : MF)
        Any |= compareMore(Damage, MBB, Inherit);
      if (!Any)
        continue;
      In.clear();
      flow(Damage);
    }
  const X86Table &T = X86Table::get(MF);
  // Code that is to be copied (LowerBranches.cpp) takes no label it can do without.
  auto Note = [&](MachineBasicBlock &MBB, MachineBasicBlock::iterator At,
                  const State &S, bool MayLabel) {
    Entry E = {landing(S.Now), harmless(Damage, S)};
    if (!Entries.empty() && E == Entries.back())
      return;
    if (!Entries.empty() && E.Landing == Entries.back().Landing &&
        (!MayLabel || At == MBB.end() || At->isTerminator())) {
      Entries.back().Harmless = bothHarmless(Entries.back().Harmless, E.Harmless);
      return;
    }
    text(MBB, At, label("at", Entries.size()) + ":");
    Entries.push_back(E);
  };
  for (MachineBasicBlock &MBB : MF) {
    bool Decides = llvm::any_of(MBB, [](const MachineInstr &MI) {
      auto P = CheckPseudo::parse(MI);
      return P && P->Kind == PseudoKind::Decide;
    });
    auto Last = MBB.getFirstTerminator();
    bool MayLabel = Decides || Last == MBB.end() || !T.condOperand(*Last);
    if (Damage.isUsable() && !Decides)
      compareAgain(Damage, MBB, In[&MBB]);
    State Now = In[&MBB];
    SmallVector<MachineInstr *, 32> Code; // without the labels
    for (MachineInstr &MI : MBB)
      Code.push_back(&MI);
    Note(MBB, MBB.begin(), Now, MayLabel);
    for (MachineInstr *MI : Code) {
      if (auto P = CheckPseudo::parse(*MI); P && P->Kind == PseudoKind::Decide)
        MayLabel = false;
      // What cannot happen again has not happened if it traps, unless it is
      // more than one access.
      bool Whole = !MI->isInlineAsm() && !MI->isReturn() &&
                   !MI->getFlag(MachineInstr::FrameDestroy) &&
                   !T.name(*MI).starts_with("REP");
      auto P = CheckPseudo::parse(*MI);
      bool Behind = P || Whole;
      // Of a check: goes with it to where its stub is made, also if it is copied.
      if (P && !P->isPlace() && P->Region < AgainRegion)
        MI->setCFIType(MF, harmless(Damage, Now));
      step(Now.Now, *MI);
      Damage.step(Now.Written, *MI);
      Note(MBB, Behind ? std::next(MI->getIterator()) : MI->getIterator(), Now,
           MayLabel);
    }
  }
  for (unsigned I = 0; I != Begins.size(); ++I)
    text(*Begins[I]->getParent(), std::next(Begins[I]->getIterator()),
         label("from", I) + ":");
  emit(Damage, Mark);
}

void TableMaker::emit(const StackDamage &Damage, int32_t Mark) {
  MachineBasicBlock *End = MF.CreateMachineBasicBlock();
  MF.push_back(End);
  std::string Table;
  raw_string_ostream OS(Table);
  auto Offset = [&](const Twine &To) {
    OS << "\t.long " << To << "-.\n";
  };
  std::string Behind = label("at", Entries.size());
  OS << Behind << ":\n"
     << pushSection(MF, CRIT_REGION_SECTION) << "\t.p2align 3\n\t.long "
     << CRIT_REGION_MAGIC << ',' << Entries.size() << ',' << Again.size()
     << '\n';
  Offset(".Lcrit_rec" + Id);
  Offset(label("at", 0));
  Offset(Behind);
  if (stackComparison(MF)) {
    Offset(wrongStackLabel(MF));
    Offset(sitesLabel(MF));
  } else {
    OS << "\t.long 0,0\n";
  }
  OS << "\t.long "
     << Damage.harmless(Damage.stub(), Damage.nothing().Words) << ','
     << frameSize() << ',' << Mark << ',' << Damage.logOffset() << ','
     << Damage.logSizes() << '\n';
  for (unsigned I = 0; I != Entries.size(); ++I) {
    Offset(label("at", I));
    if (Entries[I].Landing)
      Offset(landingLabel(MF, Entries[I].Landing));
    else
      OS << "\t.long 0\n";
    OS << "\t.long " << Entries[I].Harmless << '\n';
  }
  for (unsigned I = 0; I != Again.size(); ++I) {
    Offset(againLabel(MF, I));
    Offset(label("from", I));
    OS << "\t.long " << Again[I] << '\n';
  }
  OS << "\t.popsection";
  text(*End, End->end(), Table);
}

void crit::makeRegionTable(MachineFunction &MF) { TableMaker(MF).run(); }
