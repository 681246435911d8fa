//===- SlotValues.cpp - values that no register carries to a region -------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A landing loads all that lives at its cut: two moves for a value, and two more
// where the register allocator keeps its copies in memory. In a function with
// hundreds of regions and dozens of such values that is most of the code: a state
// machine of bzip2 had 71 times plain's. There regions take from the slots what they
// use, however they are entered:
//
//   H:  cut 3                          every other way, too:
//       t = [slot]; t' = [slot]        from P, and from the landing
//       the stack pointer is compared
//       use t, t'; check ... -> R
//   R:  landing 3; jmp H
//
// What a region does not use is in its slot only; what it uses as the one before does
// comes in registers and is loaded by the landing, as elsewhere.
//===----------------------------------------------------------------------===//
#include "CheckpointMaker.h"
#include "llvm/ADT/PostOrderIterator.h"

using namespace llvm;
using namespace crit;

/// Where size counts more than time (-Os, -Oz, minsize), and landings load more than one
/// value for so many instructions of the function. Elsewhere loads where regions begin
/// are too dear: bzip2's decompression took half as long again.
constexpr unsigned CodeForLanded = 2;

/// A region that uses a value which the one before has in a register gets it there:
/// the normal path would only load it again.
void Checkpoints::findCarried() {
  unsigned N = MRI.getNumVirtRegs();
  DenseMap<const MachineBasicBlock *, Cut *> CutAt;
  for (Cut &K : Cuts)
    CutAt[K.Head] = &K;
  // In a register on every way to the end of each block.
  DenseMap<const MachineBasicBlock *, BitVector> Out;
  for (MachineBasicBlock &MBB : MF)
    Out[&MBB].resize(N, true);
  ReversePostOrderTraversal<MachineFunction *> Order(&MF);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (MachineBasicBlock *MBB : Order) {
      BitVector B(N, !MBB->pred_empty());
      for (const MachineBasicBlock *P : MBB->predecessors())
        B &= Out[P];
      if (CutAt.count(MBB))
        B = UsedIn[MBB];
      for (const MachineInstr &MI : *MBB)
        for (const MachineOperand &MO : MI.all_defs())
          if (MO.getReg().isVirtual())
            B.set(MO.getReg().virtRegIndex());
      if (B != Out[MBB]) {
        Out[MBB] = B;
        Changed = true;
      }
    }
  }
  for (Cut &K : Cuts) {
    K.Carried = Out[K.Before];
    K.Carried &= UsedIn[K.Head];
  }
}

/// Before landings are made.
void Checkpoints::decideSlotValues() {
  uint64_t Landed = 0, Code = 0;
  for (const Cut &K : Cuts)
    for (unsigned I : K.Live.set_bits())
      Landed += !isConstant(masterOf(Register::index2VirtReg(I)));
  for (const MachineBasicBlock &MBB : MF)
    Code += MBB.size();
  InSlots = MF.getFunction().hasOptSize() && CodeForLanded * Landed > Code;
  if (!InSlots)
    return;
  for (const Cut &K : Cuts)
    for (unsigned I : K.Live.set_bits())
      if (C.encodes(Register::index2VirtReg(I)))
        InSlots = false;
  if (!InSlots)
    return;
  SmallPtrSet<const MachineBasicBlock *, 32> Heads;
  for (const Cut &K : Cuts)
    Heads.insert(K.Head);
  computeLiveness(UsedIn, Heads);
  findCarried();
}

/// Whether a register is to carry R, which lives at K, to its region.
bool Checkpoints::isCarried(const Cut &K, Register R) const {
  return !InSlots || isConstant(masterOf(R)) || K.Carried.test(R.virtRegIndex());
}

bool Checkpoints::isUsed(const Cut &K, Register R) const {
  return UsedIn.find(K.Head)->second.test(R.virtRegIndex());
}

/// What the region has instead, or nothing.
Register Checkpoints::takeFromSlot(Cut &K, Register R,
                                   MachineBasicBlock::iterator At) {
  if (!isUsed(K, R))
    return Register();
  Register M = masterOf(R), Taken = MRI.cloneVirtualRegister(R);
  auto It = K.Other.find(M);
  load(*K.Head, At, Taken, It != K.Other.end() ? It->second : slotOf(M));
  return Taken;
}
