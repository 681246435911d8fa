//===- RegionTable.cpp - where code that traps goes on --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "RegionTableMaker.h"
#include "EarlyArguments.h"
#include "LowerChecks.h"
#include "Regions.h"
#include "Repeat.h"
#include "StackMark.h"
#include "X86Table.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace crit;

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
  if (Now.size() > 1 && any_of(Silent, [&](unsigned R) { return Now.count(R); }))
    return 0;
  unsigned R = Now.size() == 1 ? *Now.begin() : DispatchRegion;
  return Landings.count(R) ? R : 0;
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

/// A landing does not count: what trapped there is not called again.
void TableMaker::stepClean(bool &Clean, const MachineInstr &MI) const {
  const X86Table &T = X86Table::get(MF);
  if (MI.isMetaInstruction() && !MI.isInlineAsm())
    return;
  if (auto P = CheckPseudo::parse(MI)) {
    Clean &= P->Kind != PseudoKind::Update && P->Kind != PseudoKind::TxSplit &&
             P->Kind != PseudoKind::TxEnd && P->Kind != PseudoKind::Landing &&
             P->Kind != PseudoKind::Undo;
    return;
  }
  bool Frame = MI.getFlag(MachineInstr::FrameSetup);
  int Mem = T.memoryOperand(MI);
  bool OnStack = Mem >= 0 && MI.getOperand(Mem).isReg() &&
                 MI.getOperand(Mem).getReg() == T.RSP;
  Clean &= !MI.isCall() && !MI.isInlineAsm() && !isIrrevocable(MI) &&
           (Frame || !MI.mayStore() || OnStack) &&
           !MI.getFlag(MachineInstr::FrameDestroy);
}

void TableMaker::flow(const StackDamage &Damage) {
  for (MachineBasicBlock &MBB : MF) {
    In[&MBB].Written = Damage.nothing();
    In[&MBB].Written.Inside = false; // no way leads here yet
  }
  In[&MF.front()] = {{0}, Damage.anything(), true, {0}};
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : MBB)
      if (MI.isCall() && MI.isReturn()) // another function called it, perhaps
        In[&MF.front()].Clean = false;
  ReversePostOrderTraversal<MachineFunction *> Order(&MF);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (MachineBasicBlock *MBB : Order) {
      State Now = In[MBB];
      for (const MachineInstr &MI : *MBB) {
        step(Now.Now, MI);
        stepBegun(Now.Begun, MI);
        Damage.step(Now.Written, MI);
        stepClean(Now.Clean, MI);
      }
      for (MachineBasicBlock *S : MBB->successors()) {
        State &To = In[S];
        size_t Old = To.Now.size() + To.Begun.size();
        if (To.Clean && !Now.Clean && !CheckPseudo::isLanding(*MBB)) {
          To.Clean = false;
          Changed = true;
        }
        if (S->isEHPad()) {
          To.Now.insert(0);
          To.Begun.insert(0);
          Changed |= To.Written.merge(Damage.anything());
        } else {
          To.Now.insert(Now.Now.begin(), Now.Now.end());
          To.Begun.insert(Now.Begun.begin(), Now.Begun.end());
          // Nor what a landing writes: it follows the one fault.
          if (!CheckPseudo::isLanding(*MBB))
            Changed |= To.Written.merge(Now.Written);
        }
        Changed |= To.Now.size() + To.Begun.size() != Old;
      }
    }
  }
}

/// The last store where a block begins, if it is the same on all ways to it. Not
/// round loops. A landing has the right stack pointer and stores nothing through it.
void TableMaker::flowLast(const StackDamage &Damage) {
  DenseMap<const MachineBasicBlock *, LastStore> Out;
  ReversePostOrderTraversal<MachineFunction *> Order(&MF);
  for (MachineBasicBlock *MBB : Order) {
    std::optional<LastStore> Now;
    if (!MBB->isEHPad() && MBB != &MF.front())
      for (const MachineBasicBlock *P : MBB->predecessors()) {
        auto It = Out.find(P);
        if (It == Out.end()) {
          if (CheckPseudo::isLanding(*P))
            continue;
          Now = LastStore(MF, Damage);
          break;
        }
        if (!Now)
          Now = It->second;
        else
          Now->merge(It->second);
      }
    LastStore Last = Now.value_or(LastStore(MF, Damage));
    LastIn.try_emplace(MBB, Last);
    for (const MachineInstr &MI : *MBB)
      Last.step(MI);
    if (!CheckPseudo::isLanding(*MBB))
      Out.try_emplace(MBB, Last);
  }
}

/// Without what follows landings: they follow the one fault.
void TableMaker::flowLog(const StackDamage &Damage) {
  LogKnown Nothing(MF, Damage.logOffset(), Damage.logIndex());
  LogIn.try_emplace(&MF.front(), Nothing);
  for (const MachineBasicBlock &MBB : MF)
    if (MBB.isEHPad())
      LogIn.try_emplace(&MBB, Nothing);
  ReversePostOrderTraversal<MachineFunction *> Order(&MF);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (MachineBasicBlock *MBB : Order) {
      auto It = LogIn.find(MBB);
      if (It == LogIn.end() || CheckPseudo::isLanding(*MBB))
        continue;
      LogKnown Now = It->second;
      for (const MachineInstr &MI : *MBB)
        Now.step(MI);
      for (const MachineBasicBlock *S : MBB->successors()) {
        auto [To, New] = LogIn.try_emplace(S, Now);
        Changed |= New || To->second.merge(Now);
      }
    }
  }
}

const StackNeeds &TableMaker::needed(const StackDamage &Damage, const Regions &Now) {
  if (NeededOf == Now && !Now.empty())
    return Needed;
  NeededOf = Now;
  const BitVector None = Damage.nothing().Words;
  Needed = {None, None};
  bool Any = false;
  for (unsigned R : Now) {
    if (auto It = Loaded.find(R); It != Loaded.end())
      Needed.Loaded |= It->second;
    if (R == DispatchRegion) // leads to the others
      continue;
    auto It = Dead.find(R);
    const BitVector &OfRegion = It != Dead.end() ? It->second : None;
    if (Any)
      Needed.Dead &= OfRegion;
    else
      Needed.Dead = OfRegion;
    Any = true;
  }
  return Needed;
}

crit_written TableMaker::written(const StackDamage &Damage, const StackWrites &W,
                                 const Regions &To, bool Number, bool WithLog) {
  crit_written Written = {Damage.harmless(W, needed(Damage, To), Number, WithLog), 0};
  if (auto Words = Damage.written(W, /*CallSeen=*/false, WithLog))
    Written.List = Lists.atLeast(*Words, LowestWord);
  return Written;
}

crit_written TableMaker::writtenAgain(const StackDamage &Damage, const StackWrites &W,
                                      bool Entry) {
  crit_written Written = {Damage.harmlessAgain(W, Entry), 0};
  if (auto Words = Damage.written(W, /*CallSeen=*/true); Words && !W.Logged)
    Written.List = Lists.atLeast(*Words, LowestWord);
  return Written;
}

TableMaker::Entry TableMaker::entry(const StackDamage &Damage, const State &S,
                                    const LastStore &Last) {
  constexpr uint32_t Anywhere = 2 * CRIT_HARMLESS_FAR - 1;
  Entry E = {landing(S.Now), {}, {}};
  if (!E.Landing)
    return E;
  const LastStore::Candidate *C = Last.get();
  // Most instructions change nothing of this.
  if (S.Now == Asked.Now && S.Written == Asked.Written && (C ? C->MI : nullptr) == AskedLast &&
      (!C || C->Since == AskedSince))
    return Answer;
  Asked = S;
  AskedLast = C ? C->MI : nullptr;
  bool Number = S.Now.size() > 1;
  E.Written = written(Damage, S.Written, S.Now, Number);
  if (C) {
    AskedSince = C->Since;
    crit_written Since = written(Damage, C->Since, S.Now, Number);
    if (Since.Harmless & ~E.Written.Harmless & (Anywhere | CRIT_HARMLESS_NOTHING) ||
        (Since.List && Since.List != E.Written.List &&
         !(E.Written.Harmless & CRIT_HARMLESS_NOTHING))) {
      E.Last = C->Known;
      E.Last.Since = Since;
    }
  }
  return Answer = E;
}

/// What is known where a check of MBB fails and the stack pointer is found wrong. A
/// comparison of the stack pointer itself traps at once, unless its code is to be
/// copied (LowerBranches.cpp), where a label would be there twice.
void TableMaker::describeChecks(const StackDamage &Damage, MachineBasicBlock &MBB) {
  bool Decides = llvm::any_of(MBB, [](const MachineInstr &MI) {
    auto P = CheckPseudo::parse(MI);
    return P && P->Kind == PseudoKind::Decide;
  });
  if (!Decides)
    compareAgain(Damage, MBB, In[&MBB]);
  State Now = In[&MBB];
  auto Before = LastIn.find(&MBB);
  LastStore Last = Before == LastIn.end() ? LastStore(MF, Damage) : Before->second;
  std::optional<LogKnown> InLog;
  if (auto It = LogIn.find(&MBB); It != LogIn.end())
    InLog = It->second;
  AfterCall Behind = Calls->before(MBB);
  for (MachineInstr &MI : MBB) {
    auto P = CheckPseudo::parse(MI);
    if (P && !P->isPlace() && P->Region && P->Region < AgainRegion &&
        Landings.count(P->Region)) {
      Regions To = Now.Now;
      To.insert(P->Region);
      bool Number = P->Region == DispatchRegion || landing(Now.Now) == DispatchRegion;
      crit_written Written = {};
      if (landing(Now.Now))
        Written = written(Damage, Now.Written, To, Number);
      StackFacts F = {};
      crit_last_store Known[CRIT_LAST_STORES] = {};
      for (unsigned I = 0; I != CRIT_LAST_STORES; ++I)
        if (const LastStore::Candidate *C = Last.get(I); C && landing(Now.Now)) {
          Known[I] = C->Known;
          Known[I].Since = written(Damage, C->Since, To, Number);
        }
      crit_log_known InUse = {};
      if (InLog && Written.Harmless & CRIT_HARMLESS_LOGGED) {
        InUse = InLog->get();
        InUse.Fixed = written(Damage, Now.Written, To, Number, /*WithLog=*/false);
      }
      if (Damage.isComparison(MI) && !Decides) {
        if (Behind.Call && landing(Now.Now)) {
          Written = written(Damage, Behind.Since, To, Number);
          Written.Harmless |= CRIT_HARMLESS_CALLED;
        }
        Again.push_back({P->Region, nullptr, Behind.Call, Written, {Known[0], Known[1]}, InUse});
        F.Again = Again.size();
      } else {
        F.Through = Through.lookup(&MI).Registers;
        F.Site = {Written, {Known[0], Known[1]}, 0, 0, InUse};
      }
      Table.Facts.push_back(F);
      MI.setCFIType(MF, Table.Facts.size());
    }
    step(Now.Now, MI);
    Damage.step(Now.Written, MI);
    Last.step(MI);
    if (InLog)
      InLog->step(MI);
    Calls->step(Behind, MI);
  }
}

/// A comparison of the stack pointer that no region goes back from: behind a call, an
/// atomic or volatile access, or at the entry. The checkpoint up to it is written
/// again; or, if that is not possible, what follows the last store, should that be seen
/// to be in its place.
void TableMaker::compareAgain(const StackDamage &Damage, MachineBasicBlock &MBB,
                              State Now) {
  bool Entry = false;
  bool First = &MBB == &MF.front(); // nothing of the frame has been written yet
  StackWrites Written = Damage.nothing();
  LastStore Last(MF, Damage);
  Repeat All(MF), Rest(MF);
  MachineInstr *Call = nullptr, *Stored = nullptr;
  for (MachineInstr &MI : MBB) {
    unsigned Was = landing(Now.Now);
    step(Now.Now, MI);
    if (MI.isMetaInstruction() && !MI.isInlineAsm())
      continue;
    auto P = CheckPseudo::parse(MI);
    if (Damage.isComparison(MI)) {
      MachineInstr *From = All.from();
      crit_written Since = {};
      if (From)
        Since = writtenAgain(Damage, Written, Entry);
      if (!From)
        From = Rest.from();
      if (From && !Was && !P->Region) {
        CheckPseudo::setRegion(MI, AgainRegion + Again.size());
        // What follows the last store is done again: no earlier one will do.
        crit_last_store Known[CRIT_LAST_STORES] = {};
        for (unsigned I = 0; I != CRIT_LAST_STORES; ++I)
          if (const LastStore::Candidate *C = Last.get(I);
              C && (All.from() || C->MI == Stored)) {
            Known[I] = C->Known;
            Known[I].Since = writtenAgain(Damage, C->Since, Entry);
          }
        Again.push_back({0, From, Call, Since, {Known[0], Known[1]}, {}});
      }
      All.end();
      Rest.end();
      Call = nullptr;
      Damage.step(Now.Written, MI);
      Last.step(MI);
      continue;
    }
    Damage.step(Now.Written, MI);
    bool IsMark = Damage.isMark(MI);
    bool Calls = MI.isCall() && !MI.isReturn();
    bool Begins = Calls || IsMark || (!P && isIrrevocable(MI));
    if (Begins)
      Last.begin();
    bool Known = Last.step(MI);
    if (Begins) {
      Written = Damage.nothing();
      Written.Called = Calls;
      Call = Calls ? &MI : nullptr;
      Entry = IsMark && First;
      if (IsMark)
        Damage.step(Written, MI);
      else if (!Calls)
        // Others have seen what was made through a wrong one before, if anything was.
        Written.Unknown = !(Now.Written == Damage.nothing());
      All.begin(MI);
    } else {
      Damage.step(Written, MI);
      All.step(MI);
    }
    if (Known) {
      Rest.begin(MI);
      Stored = &MI;
    } else {
      Rest.step(MI);
    }
    if (IsMark || !MI.getFlag(MachineInstr::FrameSetup))
      First &= !IsMark && !Damage.touchesStack(MI);
  }
}

/// Whether MI may trap where the stack pointer leads somewhere. If it leads nowhere, what is
/// known of the frame does not matter, and the failure path sees whether an access through it
/// was what trapped: most instructions need no entry of their own.
static bool mayTrap(const MachineInstr &MI, const X86Table &T) {
  if (MI.isMetaInstruction() && !MI.isInlineAsm())
    return false;
  if (auto P = CheckPseudo::parse(MI))
    return P->MemA || P->MemB || P->isPlace() || P->Kind == PseudoKind::Update ||
           P->Kind == PseudoKind::Decide || P->Kind == PseudoKind::DecideLoad;
  if (MI.isCall() || MI.isReturn() || MI.isInlineAsm() || MI.hasUnmodeledSideEffects() ||
      MI.getFlag(MachineInstr::FrameSetup) || MI.getFlag(MachineInstr::FrameDestroy))
    return true;
  int Mem = T.memoryOperand(MI);
  return MI.mayLoadOrStore() &&
         (Mem < 0 || !MI.getOperand(Mem).isReg() || MI.getOperand(Mem).getReg() != T.RSP ||
          MI.getOperand(Mem + 2).getReg() || MI.getOperand(Mem + 4).getReg());
}

RegionTable TableMaker::run() {
  std::set<unsigned> Writers; // regions whose cut writes down their number
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : MBB)
      if (auto P = CheckPseudo::parse(MI)) {
        if (P->Kind == PseudoKind::Landing)
          Landings.insert(P->Region);
        if (P->Kind == PseudoKind::Cut || P->Kind == PseudoKind::Landing)
          (P->Kind == PseudoKind::Cut && P->Aux ? Writers : Silent).insert(P->Region);
        if (P->Kind == PseudoKind::Undo) {
          LogBase = MI.getOperand(P->MemA).getReg();
          LogDisp = MI.getOperand(P->MemA + 3).getImm();
        }
      }
  for (unsigned R : Writers)
    Silent.erase(R);
  if (Landings.empty())
    return std::move(Table);
  saveArgumentsFirst(MF);
  int32_t Mark = markOffset(MF);
  StackDamage Damage(MF, frameSize(MF), Mark);
  markFromEntry(MF);
  if (!Damage.isUsable()) // and there are no facts
    for (auto &[MI, Went] : Through)
      if (Went.Stops)
        CheckPseudo::setRegion(*MI, 0);
  if (Damage.isUsable())
    for (MachineBasicBlock &MBB : MF)
      for (MachineInstr &MI : MBB)
        if (auto P = CheckPseudo::parse(MI);
            P && P->Kind == PseudoKind::Landing) {
          Loaded[P->Region] = P->Aux ? Damage.slots() : Damage.loads(MBB);
          Dead[P->Region] = Damage.dead(MI);
        }
  flow(Damage);
  Comparison = stackComparison(MF);
  if (Damage.isUsable() && Comparison)
    compareMore(Damage);
  flowLast(Damage);
  if (Damage.isUsable() && Damage.logSizes() && !MF.exposesReturnsTwice())
    flowLog(Damage);
  Calls.emplace(MF, Damage);
  const X86Table &T = X86Table::get(MF);
  // Code that is to be copied (LowerBranches.cpp) takes no label it can do without.
  auto Note = [&](MachineBasicBlock &MBB, MachineBasicBlock::iterator At,
                  const State &S, const LastStore &Last, bool MayLabel) {
    Entry E = entry(Damage, S, Last);
    if (E.Landing && S.Clean)
      E.Written.Harmless |= CRIT_HARMLESS_CLEAN;
    if (!Entries.empty() && E == Entries.back())
      return;
    if (!Entries.empty() && E.Landing == Entries.back().Landing &&
        (!MayLabel || At == MBB.end() || At->isTerminator())) {
      crit_written &Both = Entries.back().Written;
      Both = {bothHarmless(Both.Harmless, E.Written.Harmless),
              Lists.unite(Both.List, E.Written.List)};
      Entries.back().Last = {};
      return;
    }
    text(MBB, At, label("at", Entries.size()) + ":");
    Table.Labels[&*std::prev(At)] = Entries.size();
    Entries.push_back(E);
  };
  for (MachineBasicBlock &MBB : MF) {
    bool Decides = llvm::any_of(MBB, [](const MachineInstr &MI) {
      auto P = CheckPseudo::parse(MI);
      return P && P->Kind == PseudoKind::Decide;
    });
    auto Last = MBB.getFirstTerminator();
    bool MayLabel = Decides || Last == MBB.end() || !T.condOperand(*Last);
    if (Damage.isUsable()) {
      describeChecks(Damage, MBB);
      describeCalls(Damage, MBB);
    }
    State Now = In[&MBB];
    auto Before = LastIn.find(&MBB);
    LastStore Stored = Before == LastIn.end() ? LastStore(MF, Damage) : Before->second;
    SmallVector<MachineInstr *, 32> Code; // without the labels
    for (MachineInstr &MI : MBB)
      Code.push_back(&MI);
    for (MachineInstr *MI : Code) {
      if (auto P = CheckPseudo::parse(*MI); P && P->Kind == PseudoKind::Decide)
        MayLabel = false;
      // What cannot happen again has not happened if it traps, unless it is
      // more than one access.
      bool Whole = !MI->isInlineAsm() && !MI->isReturn() &&
                   !MI->getFlag(MachineInstr::FrameDestroy) &&
                   !T.name(*MI).starts_with("REP");
      bool Before = Whole || CheckPseudo::parse(*MI);
      auto NoteHere = [&] {
        if (Entries.empty() || landing(Now.Now) != Entries.back().Landing || mayTrap(*MI, T))
          Note(MBB, MI->getIterator(), Now, Stored, MayLabel);
      };
      if (Before)
        NoteHere();
      step(Now.Now, *MI);
      Damage.step(Now.Written, *MI);
      stepClean(Now.Clean, *MI);
      Stored.step(*MI);
      if (!Before)
        NoteHere();
    }
  }
  auto LabelBehind = [&](MachineInstr *MI, const Twine &Label) {
    if (MI)
      text(*MI->getParent(), std::next(MI->getIterator()), Label + ":");
  };
  for (auto [I, A] : enumerate(Again)) {
    LabelBehind(A.Begin, label("from", I));
    LabelBehind(A.Call, label("back", I));
  }
  for (unsigned I = 0; I != FreeCalls.size(); ++I)
    LabelBehind(FreeCalls[I].Call, label("call", I));
  emit(Damage, Mark);
  return std::move(Table);
}

static bool isTailCall(const MachineBasicBlock &MBB) {
  return llvm::any_of(MBB.terminators(), [](const MachineInstr &MI) {
    return MI.isReturn() && MI.isCall();
  });
}

void TableMaker::emit(const StackDamage &Damage, int32_t Mark) {
  Table.End = MF.CreateMachineBasicBlock();
  MF.push_back(Table.End);
  auto Offset = [](raw_ostream &OS, const Twine &To) {
    OS << "\t.long " << To << "-.\n";
  };
  std::string Behind = label("behind", 0);
  raw_string_ostream Opening(Table.Opening), Counts(Table.Counts), OS(Table.Header);
  Opening << Behind << ":\n"
          << pushSection(MF, CRIT_REGION_SECTION) << "\t.p2align 3\n\t.long "
          << CRIT_REGION_MAGIC << ',';
  Counts << ',' << Again.size() << '\n';
  Offset(Counts, ".Lcrit_rec" + Id);
  Offset(OS, Behind);
  if (stackComparison(MF)) {
    Offset(OS, stubsEndLabel(MF));
    Offset(OS, sitesLabel(MF));
  } else {
    OS << "\t.long 0,0\n";
  }
  OS << "\t.long " << frameSize(MF) << ',' << Mark << ',' << Damage.logOffset()
     << ',' << Damage.logSizes() << ',' << Damage.logBytes() << ','
     << (llvm::any_of(MF, isTailCall) ? CRIT_REGION_TAIL_CALLS : 0) << '\n';
  // Free words of a frame are looked for by its mark.
  bool HasLists = Damage.isUsable();
  for (const char *What : {"free", "lists", "calls"})
    if (HasLists)
      Offset(OS, label(What, 0));
    else
      OS << "\t.long 0\n";
  OS << "\t.long " << FreeCalls.size() << '\n';
  auto Written = [](raw_ostream &OS, const crit_written &W) {
    OS << W.Harmless << ',' << W.List;
  };
  for (const Entry &E : Entries) {
    raw_string_ostream Each(Table.Entries.emplace_back());
    Each << (E.Landing ? "\t.long " + landingLabel(MF, E.Landing) + "-.\n" : "\t.long 0\n")
         << "\t.long ";
    Written(Each, E.Written);
    Each << ',' << E.Last.At << ',' << E.Last.What << ',';
    Written(Each, E.Last.Since);
    Each << '\n';
  }
  raw_string_ostream Rest(Table.Rest);
  for (unsigned I = 0; I != Again.size(); ++I) {
    Offset(Rest, againLabel(MF, I));
    Offset(Rest, Again[I].Begin ? label("from", I) : landingLabel(MF, Again[I].Landing));
    Rest << (Again[I].Call ? "\t.long " + label("back", I) + "-.\n" : "\t.long 0\n")
         << "\t.long ";
    Written(Rest, Again[I].Written);
    for (const crit_last_store &L : Again[I].Last) {
      Rest << ',' << L.At << ',' << L.What << ',';
      Written(Rest, L.Since);
    }
    Rest << ',' << Again[I].Log.Used << ',' << Again[I].Log.What << ',';
    Written(Rest, Again[I].Log.Fixed);
    Rest << '\n';
  }
  Rest << "\t.popsection";
  if (HasLists) {
    Rest << '\n' << pushSection(MF, CRIT_HARMLESS_SECTION);
    emitFree(Damage, Rest);
    Rest << "\n\t.popsection";
  }
}

RegionTable crit::makeRegionTable(MachineFunction &MF, const ThroughMap &Through) {
  return TableMaker(MF, Through).run();
}
