//===- ReloadChecks.cpp - registers reloaded from their slots -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ReloadChecks.h"
#include "CheckPseudo.h"
#include "X86Table.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/CodeGen/LiveRegUnits.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/PseudoSourceValue.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

namespace {

class ReloadChecks {
public:
  explicit ReloadChecks(MachineFunction &MF)
      : MF(MF), T(X86Table::get(MF)),
        TRI(*MF.getSubtarget().getRegisterInfo()) {}
  void run(MachineBasicBlock &MBB);

private:
  struct Reload {
    MachineInstr *Load;
    int Slot;
    MachineInstr *LastUse; ///< by a store, not compared since
  };
  struct Check {
    MachineInstr *Load;
    MachineInstr *LastUse;
    MachineInstr *End; ///< the register or its slot changes; null: block's end
  };

  int spillSlot(const MachineInstr &MI) const;
  void end(MCRegister R, const Reload &V, MachineInstr *At);
  void emit(MachineBasicBlock &MBB, const Check &C,
            const DenseSet<const MachineInstr *> &FlagsLiveAfter);

  MachineFunction &MF;
  const X86Table &T;
  const TargetRegisterInfo &TRI;
  SmallVector<Check, 8> Found;
};

} // namespace

/// The spill slot MI reads or writes and nothing else, else -1.
int ReloadChecks::spillSlot(const MachineInstr &MI) const {
  if (!MI.hasOneMemOperand())
    return -1;
  const auto *FS = dyn_cast_or_null<FixedStackPseudoSourceValue>(
      (*MI.memoperands_begin())->getPseudoValue());
  return FS && FS->getFrameIndex() >= 0 &&
                 MF.getFrameInfo().isSpillSlotObjectIndex(FS->getFrameIndex())
             ? FS->getFrameIndex()
             : -1;
}

void ReloadChecks::end(MCRegister, const Reload &V, MachineInstr *At) {
  if (V.LastUse)
    Found.push_back({V.Load, V.LastUse, At});
}

void ReloadChecks::emit(MachineBasicBlock &MBB, const Check &C,
                        const DenseSet<const MachineInstr *> &FlagsLiveAfter) {
  // Where flags are live all the way there is no room.
  MachineInstr *After = C.LastUse;
  while (FlagsLiveAfter.count(After)) {
    After = After->getNextNode();
    if (!After || After == C.End || After->isTerminator())
      return;
  }
  Register R = C.Load->getOperand(0).getReg();
  for (auto I = C.LastUse->getIterator(); &*I != After->getNextNode(); ++I)
    I->clearRegisterKills(R, &TRI);
  MachineInstr *MI =
      PseudoBuilder(MBB, std::next(After->getIterator()),
                    C.LastUse->getDebugLoc())
          .compareMemory(CRIT_CHECK_StoreAddress, {R}, *C.Load, 1, 3);
  MI->cloneMemRefs(MF, *C.Load);
}

void ReloadChecks::run(MachineBasicBlock &MBB) {
  MapVector<MCRegister, Reload> Live;
  auto Drop = [&](auto Changes, MachineInstr *At) {
    for (auto &[R, V] : Live)
      if (Changes(R, V))
        end(R, V, At);
    Live.remove_if([&](auto &E) { return Changes(E.first, E.second); });
  };
  for (MachineInstr &MI : MBB) {
    if (MI.isDebugInstr())
      continue;
    auto P = CheckPseudo::parse(MI);
    int Slot = MI.mayLoadOrStore() && !P ? spillSlot(MI) : -1;
    for (auto &[R, V] : Live) {
      if (!MI.readsRegister(R, &TRI))
        continue;
      if (P && P->Kind == PseudoKind::CompareEq)
        V.LastUse = nullptr;
      else if (!P && MI.mayStore() && !MI.isCall() && !MI.isInlineAsm() &&
               Slot < 0)
        V.LastUse = &MI;
    }
    Drop(
        [&](MCRegister R, const Reload &V) {
          return MI.modifiesRegister(R, &TRI) ||
                 (MI.mayStore() && Slot == V.Slot);
        },
        &MI);
    if (Slot >= 0 && MI.getOpcode() == T.MOV64rm && T.memoryOperand(MI) == 1)
      Live[MI.getOperand(0).getReg().asMCReg()] = {&MI, Slot, nullptr};
  }
  Drop([](MCRegister, const Reload &) { return true; }, nullptr);
  if (Found.empty())
    return;
  DenseSet<const MachineInstr *> FlagsLiveAfter;
  LiveRegUnits Flags(TRI);
  Flags.addLiveOuts(MBB);
  for (MachineInstr &MI : reverse(MBB)) {
    if (MI.isDebugInstr())
      continue;
    if (!Flags.available(T.EFLAGS))
      FlagsLiveAfter.insert(&MI);
    Flags.stepBackward(MI);
  }
  for (const Check &C : Found)
    emit(MBB, C, FlagsLiveAfter);
  Found.clear();
}

void crit::addReloadChecks(MachineFunction &MF) {
  ReloadChecks C(MF);
  for (MachineBasicBlock &MBB : MF)
    C.run(MBB);
}
