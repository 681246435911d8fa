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

/// Of its memory; as much as there is in any register if that is not known.
static int64_t bytes(const MachineInstr &MI) {
  LocationSize Size = MI.hasOneMemOperand() ? (*MI.memoperands_begin())->getSize()
                                            : LocationSize::beforeOrAfterPointer();
  return Size.hasValue() && !Size.isScalable() ? Size.getValue().getFixedValue() : 64;
}

/// Whether MI may access the word that Save writes. No address of a slot is ever taken.
static bool touches(const MachineInstr &MI, const MachineInstr &Save, const X86Table &T) {
  int Mem = MI.isDebugInstr() ? -1 : T.memoryOperand(MI);
  const MachineOperand *M = Mem >= 0 ? &MI.getOperand(Mem) : nullptr;
  if (!M || !M[0].isReg() || M[0].getReg() != T.RSP || M[2].getReg() || M[4].getReg())
    return false;
  if (!M[3].isImm())
    return true;
  int64_t There = M[3].getImm(), Slot = Save.getOperand(3).getImm();
  return There < Slot + bytes(Save) && Slot < There + bytes(MI);
}

/// What a call, or the function, that begins at From gives in registers that nothing has
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
      Comes &= !I->modifiesRegister(R, &TRI) && !touches(*I, MI, T);
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
