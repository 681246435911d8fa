//===- ReloadChecks.cpp - registers reloaded from their slots -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ReloadChecks.h"
#include "CheckPseudo.h"
#include "X86Table.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/CodeGen/LiveRegUnits.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/PseudoSourceValue.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

namespace {

/// A register that equals a spill slot, and the instruction that loaded or
/// stored it.
struct Reload {
  MachineInstr *Access;
  unsigned Mem; ///< its address begins here
  int Slot;
  MachineInstr *LastUse = nullptr; ///< by a store, not compared since
};
using State = MapVector<MCRegister, Reload>;

class ReloadChecks {
public:
  explicit ReloadChecks(MachineFunction &MF)
      : MF(MF), T(X86Table::get(MF)),
        TRI(*MF.getSubtarget().getRegisterInfo()) {}
  void run();

private:
  struct Check {
    MCRegister R;
    Reload Of;
    MachineInstr *End; ///< the register or its slot changes; null: block's end
  };

  int spillSlot(const MachineMemOperand &MMO) const;
  int spillSlot(const MachineInstr &MI) const;
  bool mayWrite(const MachineInstr &MI, int Slot) const;
  State atEntry(const MachineBasicBlock &MBB) const;
  void walk(MachineBasicBlock &MBB, State &Live, bool Collect);
  void emit(MachineBasicBlock &MBB, const Check &C,
            const DenseSet<const MachineInstr *> &FlagsLiveAfter);

  MachineFunction &MF;
  const X86Table &T;
  const TargetRegisterInfo &TRI;
  DenseMap<const MachineBasicBlock *, State> AtExit; ///< absent: not seen yet
  SmallVector<Check, 8> Found;
};

} // namespace

/// The spill slot MI reads or writes and nothing else, else -1.
int ReloadChecks::spillSlot(const MachineInstr &MI) const {
  return MI.hasOneMemOperand() ? spillSlot(**MI.memoperands_begin()) : -1;
}

/// Nothing but the allocator's own code writes to its slots.
bool ReloadChecks::mayWrite(const MachineInstr &MI, int Slot) const {
  if (!MI.mayStore() || MI.isCall() || MI.isInlineAsm())
    return false;
  return MI.memoperands_empty() ||
         llvm::any_of(MI.memoperands(), [&](const MachineMemOperand *MMO) {
           return MMO->isStore() && spillSlot(*MMO) == Slot;
         });
}

int ReloadChecks::spillSlot(const MachineMemOperand &MMO) const {
  const auto *FS = dyn_cast_or_null<FixedStackPseudoSourceValue>(
      MMO.getPseudoValue());
  return FS && FS->getFrameIndex() >= 0 &&
                 MF.getFrameInfo().isSpillSlotObjectIndex(FS->getFrameIndex())
             ? FS->getFrameIndex()
             : -1;
}

void ReloadChecks::emit(MachineBasicBlock &MBB, const Check &C,
                        const DenseSet<const MachineInstr *> &FlagsLiveAfter) {
  // Where flags are live all the way there is no room.
  MachineInstr *Use = C.Of.LastUse, *After = Use;
  // The use itself may write to the slot, so that nobody has looked whether the
  // register changes behind it (cmpxchg16b at -O0: a false stop).
  if (Use == C.End && FlagsLiveAfter.count(Use))
    return;
  while (FlagsLiveAfter.count(After)) {
    After = After->getNextNode();
    if (!After || After == C.End || After->isTerminator())
      return;
  }
  for (auto I = Use->getIterator(); &*I != After->getNextNode(); ++I)
    I->clearRegisterKills(C.R, &TRI);
  MachineInstr *MI =
      PseudoBuilder(MBB, std::next(After->getIterator()),
                    Use->getDebugLoc())
          .compareMemory(CRIT_CHECK_StoreAddress, {C.R}, *C.Of.Access,
                         C.Of.Mem, 3);
  const MachineMemOperand *MMO = *C.Of.Access->memoperands_begin();
  MI->setMemRefs(MF, {MF.getMachineMemOperand(MMO->getPointerInfo(),
                                              MachineMemOperand::MOLoad,
                                              MMO->getSize(),
                                              MMO->getBaseAlign())});
}

/// What holds on every way into MBB.
State ReloadChecks::atEntry(const MachineBasicBlock &MBB) const {
  State In;
  bool First = true;
  for (const MachineBasicBlock *P : MBB.predecessors()) {
    auto It = AtExit.find(P);
    if (It == AtExit.end())
      continue;
    if (std::exchange(First, false)) {
      In = It->second;
      continue;
    }
    In.remove_if([&](auto &E) {
      auto Other = It->second.find(E.first);
      if (Other == It->second.end() || Other->second.Slot != E.second.Slot)
        return true;
      for (unsigned I = 0; I != 5; ++I) // one address for both
        if (!Other->second.Access->getOperand(Other->second.Mem + I)
                 .isIdenticalTo(E.second.Access->getOperand(E.second.Mem + I)))
          return true;
      return false;
    });
  }
  if (MBB.isEHPad() || MBB.hasAddressTaken())
    In.clear();
  return In;
}

void ReloadChecks::walk(MachineBasicBlock &MBB, State &Live, bool Collect) {
  auto Drop = [&](auto Changes, MachineInstr *At) {
    Live.remove_if([&](auto &E) {
      if (!Changes(E.first, E.second))
        return false;
      if (Collect && E.second.LastUse)
        Found.push_back({E.first, E.second, At});
      return true;
    });
  };
  for (MachineInstr &MI : MBB) {
    if (MI.isDebugInstr())
      continue;
    auto P = CheckPseudo::parse(MI);
    int Slot = MI.mayLoadOrStore() && !P ? spillSlot(MI) : -1;
    // Slots are addressed from the stack pointer.
    bool Moves = !MI.isCall() && MI.modifiesRegister(T.RSP, &TRI);
    for (auto &[R, V] : Live) {
      if (!MI.readsRegister(R, &TRI))
        continue;
      if (P && P->Kind == PseudoKind::CompareEq)
        V.LastUse = nullptr;
      else if (!P && MI.mayStore() && !MI.isCall() && !MI.isInlineAsm() &&
               Slot < 0 && !Moves && // push
               !MI.modifiesRegister(R, &TRI)) // rep movs
        V.LastUse = &MI;
    }
    Drop(
        [&](MCRegister R, const Reload &V) {
          return Moves || MI.modifiesRegister(R, &TRI) ||
                 mayWrite(MI, V.Slot);
        },
        &MI);
    if (Slot >= 0 && MI.getOpcode() == T.MOV64rm && T.memoryOperand(MI) == 1)
      Live[MI.getOperand(0).getReg().asMCReg()] = {&MI, 1, Slot};
    // What has been spilled and is still there.
    if (Slot >= 0 && MI.getOpcode() == T.MOV64mr && T.memoryOperand(MI) == 0 &&
        !MI.getOperand(5).isUndef())
      Live[MI.getOperand(5).getReg().asMCReg()] = {&MI, 0, Slot};
  }
  if (Collect)
    Drop([](MCRegister, const Reload &) { return true; }, nullptr);
  for (auto &[R, V] : Live)
    V.LastUse = nullptr;
}

void ReloadChecks::run() {
  ReversePostOrderTraversal<MachineFunction *> Order(&MF);
  auto Same = [](const State &A, const State &B) {
    return A.size() == B.size() && llvm::all_of(A, [&](auto &E) {
             auto It = B.find(E.first);
             return It != B.end() && It->second.Slot == E.second.Slot;
           });
  };
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (MachineBasicBlock *MBB : Order) {
      State Live = atEntry(*MBB);
      walk(*MBB, Live, /*Collect=*/false);
      auto [It, New] = AtExit.try_emplace(MBB, Live);
      if (!New && Same(It->second, Live))
        continue;
      It->second = std::move(Live);
      Changed = true;
    }
  }
  for (MachineBasicBlock *MBB : Order) {
    State Live = atEntry(*MBB);
    walk(*MBB, Live, /*Collect=*/true);
    if (Found.empty())
      continue;
    DenseSet<const MachineInstr *> FlagsLiveAfter;
    LiveRegUnits Flags(TRI);
    Flags.addLiveOuts(*MBB);
    for (MachineInstr &MI : reverse(*MBB)) {
      if (MI.isDebugInstr())
        continue;
      if (!Flags.available(T.EFLAGS))
        FlagsLiveAfter.insert(&MI);
      Flags.stepBackward(MI);
    }
    for (const Check &C : Found)
      emit(*MBB, C, FlagsLiveAfter);
    Found.clear();
  }
}

void crit::addReloadChecks(MachineFunction &MF) { ReloadChecks(MF).run(); }
