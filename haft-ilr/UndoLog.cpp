//===- UndoLog.cpp - stores that are taken back ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A store into what its region has read would have to end the region. Instead
// what it overwrites is written down, and the landing puts it back, last entry
// first:
//
//   loop:  v, v' = phi                 loop:  v, v' = phi
//          cut 3; save v                      count > limit ?  -> F
//          MOV [p], u                  body:  a = LEA [p];  t = count & mask
//          JCC loop                           log[t] = a, [a]
//                                             count = t + 8
//                                             MOV [p], u
//                                             JCC loop
//                                      F:     save v; count = 0; cut 3
//                                             JMP body
//                                      R:     landing 3: undo ...
//
// The count lies behind the log and has no second copy. Masked, it leads into the
// log whatever hits it, and a wrong entry harms only if another fault has the log
// used. It is written before the store it covers, and set to 0 by one store where
// the region ends.
// Undo logs in compiled regions: Encore, 10.1145/2155620.2155667.
//===----------------------------------------------------------------------===//
#include "CheckpointMaker.h"
#include "Regions.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/CodeGen/MachineFrameInfo.h"

using namespace llvm;
using namespace crit;

static bool isA(const MachineInstr &MI, PseudoKind K) {
  auto P = CheckPseudo::parse(MI);
  return P && P->Kind == K;
}

/// A cut between SplitBegin and SplitEnd is made when the log is nearly full.
void Checkpoints::splitLoops() {
  SmallVector<MachineInstr *, 8> Begins, Ends;
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : MBB)
      if (isA(MI, PseudoKind::SplitBegin))
        Begins.push_back(&MI);
      else if (isA(MI, PseudoKind::SplitEnd))
        Ends.push_back(&MI);
  for (auto [Begin, End] : zip_equal(Begins, Ends)) {
    MachineBasicBlock *Head = Begin->getParent();
    MachineBasicBlock *Body = splitBefore(End->getIterator());
    MachineBasicBlock *F = splitBefore(Begin->getIterator());
    Head->removeSuccessor(F);
    Head->addSuccessor(F, BranchProbability(1, 64));
    Head->addSuccessor(Body, BranchProbability(63, 64));
    DebugLoc DL;
    Full.push_back(BuildMI(*Head, Head->end(), DL, TII.get(T.JCC_1))
                       .addMBB(Body)
                       .addImm(CC_BE));
    Begin->eraseFromParent();
    End->eraseFromParent();
  }
}

MachineInstrBuilder Checkpoints::inLog(const MachineInstrBuilder &B,
                                       unsigned Offset, Register Entry) {
  return B.addFrameIndex(Log.Slot).addImm(1).addReg(Entry).addImm(Offset).addReg(
      0);
}

void Checkpoints::emptyLog(MachineBasicBlock &MBB,
                           MachineBasicBlock::iterator At) {
  auto B = BuildMI(MBB, At, DebugLoc(), TII.get(T.opcode("MOV64mi32")));
  inLog(B, Log.count(), Register()).addImm(0);
  B.addMemOperand(MF.getMachineMemOperand(
      MachinePointerInfo::getFixedStack(MF, Log.Slot, Log.count()),
      MachineMemOperand::MOStore | MachineMemOperand::MOVolatile, 8, Align(8)));
}

/// Count is the number of bytes in use, if a register has it; it gets the new one.
void Checkpoints::logStore(MachineInstr &Store, unsigned Bytes,
                           Register &Count) {
  MachineBasicBlock &MBB = *Store.getParent();
  auto At = Store.getIterator();
  const DebugLoc &DL = Store.getDebugLoc();
  auto Build = [&](StringRef Opcode, Register To) {
    return BuildMI(MBB, At, DL, TII.get(T.opcode(Opcode)), To);
  };
  auto Reg = [&](StringRef Class) {
    return MRI.createVirtualRegister(T.regClass(Class));
  };
  auto Note = [&](const MachineInstrBuilder &B, unsigned Offset, uint64_t Size,
                  MachineMemOperand::Flags F) {
    B.addMemOperand(MF.getMachineMemOperand(
        MachinePointerInfo::getFixedStack(MF, Log.Slot, Offset), F,
        LocationSize::precise(Size), Align(std::min<uint64_t>(Size, 8))));
  };
  // Where vector registers may be used they carry what is moved: general ones
  // are scarce.
  bool Sse = MF.getSubtarget().checkFeatures("+sse2") &&
             !MF.getFunction().hasFnAttribute(Attribute::NoImplicitFloat);
  const char *const Loads[] = {"MOV8rm", "MOV16rm", "MOV32rm", "MOV64rm",
                               "MOVUPSrm"};
  const char *const Stores[] = {"MOV8mr", "MOV16mr", "MOV32mr", "MOV64mr",
                                "MOVUPSmr"};
  const char *const Classes[] = {"GR8", "GR16", "GR32", "GR64", "VR128"};
  unsigned N = Log2_32(Bytes);
  std::string Load = Loads[N], Put = Stores[N], Class = Classes[N];
  if (Sse && (N == 2 || N == 3)) {
    Load = N == 2 ? "MOVSSrm_alt" : "MOVSDrm_alt";
    Put = N == 2 ? "MOVSSmr" : "MOVSDmr";
    Class = N == 2 ? "FR32" : "FR64";
  }
  if (Load[3] == 'S' || Load[3] == 'U')
    if (MF.getSubtarget().checkFeatures("+avx")) {
      Load = "V" + Load;
      Put = "V" + Put;
    }
  if (!Count) {
    Count = Reg("GR64");
    Note(inLog(Build("MOV64rm", Count), Log.count(), Register()), Log.count(), 8,
         MachineMemOperand::MOLoad);
  }
  Register Entry = Reg("GR64_NOSP"), Place = Reg("GR64"), Old = Reg(Class);
  Build("AND64ri32", Entry)
      .addReg(Count)
      .addImm(Log.Capacity - 1)
      ->addRegisterDead(T.EFLAGS, &TRI);
  int Mem = T.memoryOperand(Store);
  auto Lea = Build("LEA64r", Place);
  for (unsigned I = 0; I != 5; ++I) {
    MachineOperand MO = Store.getOperand(Mem + I);
    if (MO.isReg() && MO.getReg())
      MO.setIsKill(false);
    Lea.add(MO);
  }
  MachineMemOperand *MMO = *Store.memoperands_begin();
  Build(Load, Old)
      .addReg(Place)
      .addImm(1)
      .addReg(0)
      .addImm(0)
      .addReg(0)
      .addMemOperand(MF.getMachineMemOperand(
          MMO->getPointerInfo(), MachineMemOperand::MOLoad, MMO->getSize(),
          MMO->getBaseAlign(), MMO->getAAInfo()));
  if (Log.isMixed() && N != 3) {
    Register Marked = Reg("GR64");
    Build("BTS64ri8", Marked)
        .addReg(Place)
        .addImm(UndoLog::mark(N))
        ->addRegisterDead(T.EFLAGS, &TRI);
    Place = Marked;
  }
  auto Write = [&](StringRef Opcode, unsigned Offset, Register To, Register R,
                   unsigned Size, MachineMemOperand::Flags F) {
    auto B = BuildMI(MBB, At, DL, TII.get(T.opcode(Opcode)));
    inLog(B, Offset, To).addReg(R);
    Note(B, Offset, Size, F);
  };
  auto MOStore = MachineMemOperand::MOStore;
  Write("MOV64mr", 0, Entry, Place, 8, MOStore);
  Write(Put, Log.old(), Entry, Old, Bytes, MOStore);
  Count = Reg("GR64");
  Build("ADD64ri32", Count)
      .addReg(Entry)
      .addImm(Log.step())
      ->addRegisterDead(T.EFLAGS, &TRI);
  // Volatile: nothing in memory moves across.
  Write("MOV64mr", Log.count(), Register(), Count, 8,
        MOStore | MachineMemOperand::MOVolatile);
}

void Checkpoints::makeLog() {
  SmallVector<std::pair<MachineInstr *, unsigned>, 16> Found;
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : MBB)
      if (auto P = CheckPseudo::parse(MI); P && P->Kind == PseudoKind::Log) {
        Found.push_back({&MI, P->Region});
        Log.Sizes |= P->Region;
      }
  if (Found.empty())
    return;
  unsigned Bytes = Found.size() * Log.step();
  Log.Capacity = std::max<unsigned>(256, PowerOf2Ceil(4 * Bytes));
  Log.Slot =
      MF.getFrameInfo().CreateStackObject(Log.bytes(), Align(16), false);
  for (MachineInstr *MI : Full) {
    unsigned Limit = Log.Capacity - Bytes - Log.step();
    auto B = BuildMI(*MI->getParent(), MI, DebugLoc(),
                     TII.get(T.opcode("CMP32mi")));
    inLog(B, Log.count(), Register()).addImm(Limit);
    B.addMemOperand(MF.getMachineMemOperand(
        MachinePointerInfo::getFixedStack(MF, Log.Slot, Log.count()),
        MachineMemOperand::MOLoad, 4, Align(8)));
  }
  Register Count;
  MachineBasicBlock *In = nullptr;
  for (auto [Marker, Size] : Found) {
    if (Marker->getParent() != In)
      Count = Register();
    In = Marker->getParent();
    auto Store = std::next(Marker->getIterator());
    while (!Store->mayStore() || CheckPseudo::parse(*Store))
      ++Store;
    logStore(*Store, Size, Count);
  }
  findLogged();
  for (auto [Marker, Size] : Found)
    Marker->eraseFromParent();
}

/// Which regions write to the log, and which begin with entries of others in it.
void Checkpoints::findLogged() {
  computeRegions();
  // Out of a call with entries in the log: longjmp, exceptions.
  bool Twice = MF.exposesReturnsTwice();
  DenseMap<const MachineBasicBlock *, bool> Filled;
  ReversePostOrderTraversal<MachineFunction *> Order(&MF);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (MachineBasicBlock *MBB : Order) {
      bool Now = Twice || MBB->isEHPad() || Filled.lookup(MBB);
      BitVector Regions = RegionIn[MBB];
      for (const MachineInstr &MI : *MBB) {
        auto P = CheckPseudo::parse(MI);
        if (P && P->Kind == PseudoKind::Cut) {
          Cuts[P->Region - 1].Commits |= Now;
          Now = Twice;
        }
        step(Regions, MI);
        if (!P || P->Kind != PseudoKind::Log)
          continue;
        Now = true;
        for (unsigned Id : Regions.set_bits())
          if (Id)
            Cuts[Id - 1].Logs = true;
      }
      for (MachineBasicBlock *S : MBB->successors())
        if (Now && !Filled[S]) {
          Filled[S] = true;
          Changed = true;
        }
    }
  }
}
