//===- MoreComparisons.cpp - of the stack pointer with its mark -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cuts compare the stack pointer. Where much may be written through it in between,
// hardly any wrong value of it spoils nothing; then it is compared once more:
//
//   loop:                            loop:
//     ... MOV [rsp+24], rax            ... compare rsp, mark; MOV [rsp+24], rax
//     ... JNE loop                     ... JNE loop
//===----------------------------------------------------------------------===//
#include "CheckPseudo.h"
#include "Regions.h"
#include "RegionTableMaker.h"
#include "X86Table.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/CodeGen/LiveRegUnits.h"

using namespace llvm;
using namespace crit;

/// Through the stack pointer, between two comparisons of it.
constexpr unsigned MaxStores = 8;
/// Words that may have been written, by any way, where another store follows. Entries of
/// the log count as MaxStores.
constexpr unsigned MaxWords = 14;
/// Loops with shorter turns pay too much for a comparison in each.
constexpr unsigned MinTurn = 60;

/// Before anything is stored through the stack pointer again.
static bool isComparedNext(const StackDamage &Damage, const MachineInstr &From) {
  for (const MachineInstr *MI = &From; MI; MI = MI->getNextNode()) {
    auto P = CheckPseudo::parse(*MI);
    if (Damage.isComparison(*MI))
      return true;
    if (MI->isTerminator() || MI->isCall() || (P ? P->isPlace() : MI->mayStore()))
      return false;
  }
  return false;
}

/// What may have been written where MBB begins, with the comparisons that are already
/// there in blocks behind which that has been seen again.
StackWrites TableMaker::writtenBefore(const StackDamage &Damage,
                                      const MachineBasicBlock &MBB) {
  StackWrites W = Damage.nothing();
  if (MBB.isEHPad() || &MBB == &MF.front())
    return In[&MBB].Written;
  for (const MachineBasicBlock *P : MBB.predecessors())
    if (!CheckPseudo::isLanding(*P))
      W.merge(WrittenOut.find(P)->second);
  return W;
}

/// Instructions of the shortest way from the end of MBB to its end again, if that
/// is less than Limit. Not through landings.
static unsigned turn(const MachineBasicBlock &MBB, unsigned Limit) {
  DenseMap<const MachineBasicBlock *, unsigned> Least;
  SmallVector<std::pair<const MachineBasicBlock *, unsigned>, 32> Work = {{&MBB, 0}};
  while (!Work.empty()) {
    auto [B, Length] = Work.pop_back_val();
    for (const MachineBasicBlock *S : B->successors()) {
      if (CheckPseudo::isLanding(*S))
        continue;
      unsigned To = Length + llvm::count_if(*S, [](const MachineInstr &MI) {
                      return !MI.isMetaInstruction();
                    });
      auto [It, New] = Least.try_emplace(S, To);
      if (To >= Limit || (!New && It->second <= To))
        continue;
      It->second = To;
      if (S == &MBB)
        Limit = To;
      else
        Work.push_back({S, To});
    }
  }
  return Limit;
}

static bool isMuch(const StackWrites &W) {
  return W.Unknown || W.Words.count() + (W.Logged ? MaxStores : 0) >= MaxWords;
}

/// Where much is written through the stack pointer between two comparisons, hardly
/// any wrong value of it spoils nothing: another one every few stores. And before a
/// region ends that read variables or used addresses of them: it would not be done
/// again. Not where the log has been emptied and its region is still the current one.
bool TableMaker::compareMore(const StackDamage &Damage, MachineBasicBlock &MBB,
                             bool Inherit) {
  if (CheckPseudo::isLanding(MBB)) // behind the one fault
    return false;
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
  StackWrites Written = Inherit ? writtenBefore(Damage, MBB) : Damage.nothing();
  Written.Emptied = In[&MBB].Written.Emptied;
  unsigned Stores = 0;
  bool Any = false, Waits = false, Tight = turn(MBB, MinTurn) < MinTurn;
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
    Waits |= Inherit && !Tight && !P && Damage.isStore(MI) && isMuch(Written);
    bool Strays = !Tight && !P && Damage.mayStray(Written, MI);
    bool Due = Strays || ((Stores >= MaxStores || Waits) && !isComparedNext(Damage, MI)) ||
               (Ends && (Damage.isOpen(Written) || (Calls && Written.Pointed)));
    if (IsFree && Region && Due && !Written.Emptied && !Damage.isComparison(MI)) {
      MachineInstr *C = MF.CloneMachineInstr(Comparison);
      MBB.insert(MI.getIterator(), C);
      CheckPseudo::setRegion(*C, Region);
      Written = Damage.nothing();
      Stores = 0;
      Waits = false;
      Any = true;
    }
    step(Now, MI);
    Damage.step(Written, MI);
    if (Damage.isComparison(MI) || Written.Called)
      Stores = 0;
    else if (!P && Damage.isStore(MI))
      ++Stores;
    Waits &= Stores != 0;
  }
  if (Inherit)
    WrittenOut[&MBB] = Written;
  return Any;
}

/// What each block asks for by itself first; then what is left over from others.
void TableMaker::compareMore(const StackDamage &Damage) {
  for (bool Inherit : {false, true}) {
    bool Any = false;
    for (MachineBasicBlock &MBB : MF) {
      StackWrites &W = WrittenOut[&MBB] = In[&MBB].Written;
      for (const MachineInstr &MI : MBB)
        Damage.step(W, MI);
    }
    ReversePostOrderTraversal<MachineFunction *> Order(&MF);
    for (MachineBasicBlock *MBB : Order)
      Any |= compareMore(Damage, *MBB, Inherit);
    if (!Any)
      continue;
    In.clear();
    flow(Damage);
  }
}
