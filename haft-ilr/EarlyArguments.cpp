//===- EarlyArguments.cpp - slots of arguments are written first ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   MOV [master], rdi               MOV [slot], rdi
//   MOV [slot], rdi          ->     MOV [master], rdi       <- rdi is hit here
//   MOV rax, [slot]                 MOV rax, [slot]            or later
//   CMP [master], rax               CMP [master], rax
//   JNE again: both from [slot]     JNE again: both from [slot]
//
// An argument, and what a call returns, comes in one register; its second copy and what the region begins with again are
// from its slot. The register allocator and the scheduler put the master's spill, or its
// move, before that: of a register that is hit in between, master and slot differ, and the one
// that is right is thrown away (of memcached's live failures one in ten, some silent).
//===----------------------------------------------------------------------===//
#include "EarlyArguments.h"
#include "CheckPseudo.h"
#include "StackMark.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

/// The register that MI, a checkpoint's (Checkpoints::finishAccess), puts into the frame.
static Register savedBy(const MachineInstr &MI, const X86Table &T) {
  int Mem = MI.mayStore() && !MI.mayLoad() ? T.memoryOperand(MI) : -1;
  if (Mem != 0 || MI.getNumExplicitOperands() != 6 || !MI.hasOneMemOperand() ||
      !(*MI.memoperands_begin())->isVolatile() || !MI.getOperand(5).isReg())
    return {};
  const MachineOperand *M = &MI.getOperand(0);
  return M[0].isReg() && M[0].getReg() == T.RSP && !M[2].getReg() && !M[4].getReg()
             ? MI.getOperand(5).getReg()
             : Register();
}

/// What a call, or the function, begins From gives in registers that nothing has
/// changed since.
static void saveFirst(MachineBasicBlock &MBB, MachineBasicBlock::iterator From,
                      function_ref<bool(Register)> IsGiven) {
  const X86Table &T = X86Table::get(*MBB.getParent());
  const TargetRegisterInfo &TRI = *MBB.getParent()->getSubtarget().getRegisterInfo();
  for (auto Next = From; Next != MBB.end();) {
    MachineInstr &MI = *Next++;
    if (CheckPseudo::parse(MI) || MI.isCall() || MI.isTerminator() || MI.isInlineAsm() ||
        MI.modifiesRegister(T.RSP, &TRI))
      return;
    Register R = savedBy(MI, T);
    if (!R || R == T.RSP || !IsGiven(R))
      continue;
    auto First = From;
    while (First->isDebugInstr() || !First->readsRegister(R, &TRI)) // MI at the latest
      ++First;
    bool Comes = First != MI.getIterator();
    for (auto I = From; I != MI.getIterator(); ++I)
      Comes &= !I->modifiesRegister(R, &TRI);
    if (!Comes)
      continue;
    MI.clearRegisterKills(R, &TRI);
    if (First == From)
      From = MI.getIterator();
    MBB.splice(First, &MBB, MI.getIterator());
  }
}

void crit::saveArgumentsFirst(MachineFunction &MF) {
  const TargetRegisterInfo &TRI = *MF.getSubtarget().getRegisterInfo();
  MachineBasicBlock &Entry = MF.front();
  auto Begin = Entry.begin();
  for (auto I = Entry.begin(); I != Entry.end(); ++I)
    if (I->getFlag(MachineInstr::FrameSetup))
      Begin = std::next(I);
  // From it on it is known what is written.
  if (MachineInstr *Mark = stackMark(MF)) {
    if (Begin == Mark->getIterator())
      ++Begin;
    else
      Entry.splice(Begin, &Entry, Mark->getIterator());
  }
  saveFirst(Entry, Begin, [&](Register R) {
    return any_of(Entry.liveins(),
                  [&](const auto &L) { return TRI.regsOverlap(L.PhysReg, R); });
  });
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : MBB)
      if (MI.isCall())
        saveFirst(MBB, std::next(MI.getIterator()),
                  [&](Register R) { return MI.definesRegister(R, &TRI); });
}
