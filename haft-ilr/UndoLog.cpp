//===- UndoLog.cpp - stores that are taken back ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A store into what its region has read would have to end the region. Instead
// what it overwrites is written down, and the landing puts it back, last entry
// first:
//
//   loop:  v, v' = phi                 loop:  v, v' = phi;  n = phi 0, n2
//          cut 3; save v                      n > limit ?  -> F
//          MOV [p], u                  body:  a = LEA [p]
//          JCC loop                           log[n] = a, [a]
//                                             n2 = n + 8;  count = n2
//                                             MOV [p], u
//                                             JCC loop
//                                      F:     save v; log[0] = 0; cut 3; n = 0
//                                             JMP body
//                                      R:     landing 3: undo ...
//
// n has no second copy: where it is beyond the log, F begins another region; a
// wrong entry harms only if another fault has the log used. An entry is complete
// before its store; one store empties the log where the region ends.
// Undo logs in compiled regions: Encore, 10.1145/2155620.2155667.
//===----------------------------------------------------------------------===//
#include "CheckpointMaker.h"
#include "Regions.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineSSAUpdater.h"

using namespace llvm;
using namespace crit;

static bool isA(const MachineInstr &MI, PseudoKind K) {
  auto P = CheckPseudo::parse(MI);
  return P && P->Kind == K;
}

static bool isCheck(const MachineInstr &MI) {
  auto P = CheckPseudo::parse(MI);
  return P && !P->isPlace();
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
  inLog(B, 0, Register()).addImm(0);
  B.addMemOperand(MF.getMachineMemOperand(
      MachinePointerInfo::getFixedStack(MF, Log.Slot),
      MachineMemOperand::MOStore | MachineMemOperand::MOVolatile, 8, Align(8)));
}

/// Entry: the number of bytes in use before the store. Returns it behind the store.
Register Checkpoints::logStore(MachineInstr &Marker, MachineInstr &Store,
                               unsigned Bytes, Register Entry) {
  MachineBasicBlock &MBB = *Store.getParent();
  auto At = Marker.getIterator();
  SmallPtrSet<MachineInstr *, 4> Made;
  for (; &*At != &Store && !isCheck(*At); ++At)
    Made.insert(&*At);
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
        MachinePointerInfo::getFixedStack(MF, Log.Slot), F,
        LocationSize::beforeOrAfterPointer(),
        Align(std::min<uint64_t>(Size, 8))));
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
  Register Place = Reg("GR64"), Old = Reg(Class), Count = Reg("GR64_NOSP");
  // If the address is compared, it has been computed for that.
  int Mem = T.memoryOperand(Store);
  const MachineOperand &Base = Store.getOperand(Mem);
  MachineInstr *Lea = Base.isReg() && Base.getReg().isVirtual()
                          ? MRI.getVRegDef(Base.getReg())
                          : nullptr;
  if (Lea && Made.count(Lea)) {
    Place = Base.getReg();
  } else {
    auto B = Build("LEA64r", Place);
    for (unsigned I = 0; I != 5; ++I) {
      const MachineOperand &MO = Store.getOperand(Mem + I);
      if (MO.isReg())
        B.addReg(MO.getReg(), 0, MO.getSubReg());
      else
        B.add(MO);
    }
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
  auto Write = [&](StringRef Opcode, unsigned Offset, Register R, unsigned Size,
                   MachineMemOperand::Flags F) {
    auto Where = F & MachineMemOperand::MOVolatile ? Store.getIterator() : At;
    auto B = BuildMI(MBB, Where, DL, TII.get(T.opcode(Opcode)));
    inLog(B, Offset, Entry);
    if (R)
      B.addReg(R);
    else
      B.addImm(0);
    Note(B, Offset, Size, F);
  };
  auto MOStore = MachineMemOperand::MOStore;
  Write("MOV64mi32", Log.step(), Register(), 8, MOStore);
  Write(Put, Log.old(), Old, Bytes, MOStore);
  // Volatile: nothing in memory moves across. Behind the comparison of the address:
  // an entry with a wrong one would have the wrong place overwritten.
  Write("MOV64mr", 0, Place, 8, MOStore | MachineMemOperand::MOVolatile);
  Build("ADD64ri32", Count)
      .addReg(Entry)
      .addImm(Log.step())
      ->addRegisterDead(T.EFLAGS, &TRI);
  return Count;
}

/// Bytes in use, in a register: 0 behind a cut, else what the last logged
/// store left. Readers have no value yet, or one of Defs.
void Checkpoints::connectLog(const AtInstr &Readers, const AtInstr &Defs) {
  const TargetRegisterClass *RC = T.regClass("GR64_NOSP");
  SmallPtrSet<MachineInstr *, 16> Zeros;
  auto Zero = [&](MachineBasicBlock &MBB, MachineBasicBlock::iterator At) {
    Zeros.insert(BuildMI(MBB, At, DebugLoc(), TII.get(T.MOV32ri64),
                         MRI.createVirtualRegister(RC))
                     .addImm(0));
  };
  Zero(MF.front(), MF.front().getFirstNonPHI());
  for (Cut &K : Cuts)
    Zero(*K.Head, std::next(K.Head->begin()));
  MachineSSAUpdater Updater(MF);
  Updater.Initialize((*Zeros.begin())->getOperand(0).getReg());
  auto After = [&](MachineInstr &MI, Register Now) {
    if (Zeros.count(&MI))
      return MI.getOperand(0).getReg();
    auto It = Defs.find(&MI);
    return It == Defs.end() ? Now : It->second;
  };
  for (MachineBasicBlock &MBB : MF) {
    Register Now;
    for (MachineInstr &MI : MBB)
      Now = After(MI, Now);
    if (Now)
      Updater.AddAvailableValue(&MBB, Now);
  }
  SmallVector<std::pair<Register, Register>, 16> Renamed;
  for (MachineBasicBlock &MBB : MF) {
    Register Now;
    for (MachineInstr &MI : make_early_inc_range(MBB)) {
      if (auto It = Readers.find(&MI); It != Readers.end()) {
        if (!Now)
          Now = Updater.GetValueInMiddleOfBlock(&MBB);
        Renamed.push_back({It->second, Now});
      }
      Now = After(MI, Now);
    }
  }
  for (auto [From, To] : Renamed)
    MRI.replaceRegWith(From, To);
  for (MachineInstr *MI : Zeros)
    if (MRI.use_nodbg_empty(MI->getOperand(0).getReg()))
      MI->eraseFromParent();
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
  Log.Capacity = std::max(512u, 4 * Bytes);
  Log.Slot = MF.getFrameInfo().CreateStackObject(Log.Capacity + Log.step(),
                                                 Align(16), false);
  // The marker stands for the store's entry until all are made.
  DenseMap<MachineInstr *, Register> Readers, Defs;
  auto Unknown = [&](MachineInstr *MI) {
    return Readers[MI] =
               MRI.createVirtualRegister(T.regClass("GR64_NOSP"));
  };
  for (MachineInstr *MI : Full) {
    unsigned Limit = Log.Capacity - Bytes;
    BuildMI(*MI->getParent(), MI, DebugLoc(), TII.get(T.CMP64ri32))
        .addReg(Unknown(MI))
        .addImm(Limit);
  }
  for (auto [Marker, Size] : Found) {
    auto Store = std::next(Marker->getIterator());
    while (!Store->mayStore() || CheckPseudo::parse(*Store))
      ++Store;
    Defs[Marker] = logStore(*Marker, *Store, Size, Unknown(Marker));
  }
  connectLog(Readers, Defs);
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
