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
#include "LogBytes.h"
#include "LogGroups.h"
#include "Regions.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/CodeGen/MachineDominators.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineLoopInfo.h"
#include "llvm/CodeGen/MachineSSAUpdater.h"

using namespace llvm;
using namespace crit;

/// A longer log has its loops begin other regions less often.
constexpr unsigned LogBytes = 2048;
/// So that a wrong position seldom leads out of it.
constexpr unsigned LeastBytes = 512;

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
  return B.addFrameIndex(Log.Slot)
      .addImm(1)
      .addReg(Entry)
      .addImm(UndoLog::Begin + Offset)
      .addReg(0);
}

void Checkpoints::emptyLog(MachineBasicBlock &MBB,
                           MachineBasicBlock::iterator At) {
  auto B = BuildMI(MBB, At, DebugLoc(), TII.get(T.opcode("MOV64mi32")));
  inLog(B, 0, Register()).addImm(0);
  B.addMemOperand(MF.getMachineMemOperand(
      MachinePointerInfo::getFixedStack(MF, Log.Slot),
      MachineMemOperand::MOStore | MachineMemOperand::MOVolatile, 8, Align(8)));
}

/// What moves 1 << N bytes, at most 16. Where vector registers may be used they
/// carry it: general ones are scarce.
static void movesOf(const MachineFunction &MF, unsigned N, std::string &Load,
                    std::string &Put, StringRef &Class) {
  static const char *const Loads[] = {"MOV8rm", "MOV16rm", "MOV32rm", "MOV64rm",
                                      "MOVUPSrm"};
  static const char *const Stores[] = {"MOV8mr", "MOV16mr", "MOV32mr",
                                       "MOV64mr", "MOVUPSmr"};
  static const char *const Classes[] = {"GR8", "GR16", "GR32", "GR64", "VR128"};
  Load = Loads[N], Put = Stores[N], Class = Classes[N];
  if (X86Table::get(MF).hasVectors(MF) && (N == 2 || N == 3)) {
    Load = N == 2 ? "MOVSSrm" : "MOVSDrm";
    Put = "MOVUPSmr";
    Class = "VR128";
  }
  if ((Load[3] == 'S' || Load[3] == 'U') &&
      MF.getSubtarget().checkFeatures("+avx")) {
    Load = "V" + Load;
    Put = "V" + Put;
  }
}

/// Entries of 1 << N bytes each, by their distance from the lowest, that cover
/// Bytes: one, or two that overlap.
static SmallVector<unsigned, 2> entriesOf(unsigned Bytes, unsigned &N) {
  N = Log2_32(Bytes);
  if (isPowerOf2_32(Bytes))
    return {0};
  return {0, Bytes - (1u << N)};
}

static unsigned bytesOf(unsigned Marker) { return Marker & 0xffff; }

/// One entry of 1 << N bytes from Distance behind where Store goes, Offset bytes
/// behind Entry in the log. Place: the store's address but for its displacement, if it is
/// in a register. Only Then, when the address has been compared, the entry counts: a wrong one would have
/// the landing write elsewhere.
void Checkpoints::logEntry(MachineInstr &Store, MachineBasicBlock::iterator At,
                           MachineBasicBlock::iterator Then, Register Place,
                           int Distance, unsigned N, Register Entry,
                           unsigned Offset) {
  MachineBasicBlock &MBB = *Store.getParent();
  const DebugLoc &DL = Store.getDebugLoc();
  auto Build = [&](StringRef Opcode, Register To) {
    return BuildMI(MBB, At, DL, TII.get(T.opcode(Opcode)), To);
  };
  auto Reg = [&](StringRef Class) {
    return MRI.createVirtualRegister(T.regClass(Class));
  };
  int Mem = T.memoryOperand(Store);
  bool Local = isThreadLocal(Store);
  int64_t Far = Place ? Store.getOperand(Mem + 3).getImm() + Distance : 0;
  if (!Place || (Far && !Local)) {
    Register Sum = Reg("GR64");
    auto B = Build("LEA64r", Sum);
    if (Place)
      B.addReg(Place).addImm(1).addReg(0).addImm(Far).addReg(0);
    else
      for (unsigned I = 0; I != 5; ++I) {
        const MachineOperand &MO = Store.getOperand(Mem + I);
        if (I == 4)
          B.addReg(0);
        else if (MO.isReg())
          B.addReg(MO.getReg(), 0, MO.getSubReg());
        else if (MO.isImm() && I == 3)
          B.addImm(MO.getImm() + Distance);
        else
          B.add(MO);
      }
    Place = Sum;
  }
  if (Local) {
    Register Thread = Reg("GR64_NOSP"), Sum = Reg("GR64");
    Build("MOV64rm", Thread)
        .addReg(0)
        .addImm(1)
        .addReg(0)
        .addImm(0)
        .addReg(Store.getOperand(Mem + 4).getReg())
        .addMemOperand(MF.getMachineMemOperand(
            MachinePointerInfo(),
            MachineMemOperand::MOLoad | MachineMemOperand::MOInvariant |
                MachineMemOperand::MODereferenceable,
            LocationSize::precise(8), Align(8)));
    Build("LEA64r", Sum).addReg(Place).addImm(1).addReg(Thread).addImm(Far).addReg(0);
    Place = Sum;
  }
  // All of what it overwrites, so of more than the store's own bytes nothing is
  // known but that they are there.
  MachineMemOperand *MMO = *Store.memoperands_begin();
  bool Own = !Distance && MMO->getSize() == LocationSize::precise(1u << N);
  auto Write = [&](StringRef Opcode, unsigned Field, Register R, unsigned Size,
                   MachineMemOperand::Flags F) {
    auto B = BuildMI(MBB, Field ? At : Then, DL, TII.get(T.opcode(Opcode)));
    inLog(B, Offset + Field, Entry);
    if (R)
      B.addReg(R);
    else
      B.addImm(0);
    // Of the address: where the next entry is (LogKnown.cpp).
    B.addMemOperand(MF.getMachineMemOperand(
        MachinePointerInfo::getFixedStack(MF, Log.Slot, Field ? 0 : UndoLog::step(N)), F,
        LocationSize::beforeOrAfterPointer(), Align(std::min(Size, 8u))));
  };
  auto MOStore = MachineMemOperand::MOStore;
  // Pieces no larger than what bytes were stored by lately: a load of several waits
  // until they have reached the cache.
  unsigned Piece = std::min(N, 4u);
  if (MMO->getSize().hasValue() && MMO->getSize().getValue() < 4)
    Piece = std::min<unsigned>(Piece, Log2_32(MMO->getSize().getValue().getFixedValue()));
  unsigned Size = 1u << Piece;
  std::string Load, Put;
  StringRef Class;
  movesOf(MF, Piece, Load, Put, Class);
  // A load of 4 or 8 bytes fills up a vector register with zeros: with one store
  // what was there and the end of the log.
  bool WithEnd = Piece == N && UndoLog::step(N) == 16 && Class == "VR128";
  if (!WithEnd)
    Write("MOV64mi32", UndoLog::step(N), Register(), 8, MOStore);
  for (unsigned Done = 0; Done != 1u << N; Done += Size) {
    Register Was = Reg(Class);
    Build(Load, Was)
        .addReg(Place)
        .addImm(1)
        .addReg(0)
        .addImm(Done)
        .addReg(0)
        .addMemOperand(
            Own ? MF.getMachineMemOperand(
                      MMO->getPointerInfo(), MachineMemOperand::MOLoad,
                      MMO->getSize(), MMO->getBaseAlign(), MMO->getAAInfo())
                : MF.getMachineMemOperand(MachinePointerInfo(),
                                          MachineMemOperand::MOLoad,
                                          LocationSize::precise(Size), Align(1)));
    Write(Put, UndoLog::Old + Done, Was, WithEnd ? 16 : Size, MOStore);
  }
  if (Log.isMixed() && N != Log.Plain) {
    Register Marked = Reg("GR64");
    BuildMI(MBB, Then, DL, TII.get(T.opcode("BTS64ri8")), Marked)
        .addReg(Place)
        .addImm(CRIT_LOG_MARK(N))
        ->addRegisterDead(T.EFLAGS, &TRI);
    Place = Marked;
  }
  // Volatile: nothing in memory moves across.
  Write("MOV64mr", 0, Place, 8, MOStore | MachineMemOperand::MOVolatile);
}

/// The entries begin Offset bytes behind Entry, the number of bytes in use where
/// their run began. With them a run ends: returns the number behind it.
Register Checkpoints::logStore(MachineInstr &Marker, unsigned Size,
                               Register Entry, unsigned &Offset, bool Ends) {
  auto Next = std::next(Marker.getIterator());
  while (!Next->mayStore() || CheckPseudo::parse(*Next))
    ++Next;
  MachineInstr &Store = *Next;
  MachineBasicBlock &MBB = *Store.getParent();
  auto At = Marker.getIterator();
  while (&*At != &Store && !isCheck(*At))
    ++At;
  int Mem = T.memoryOperand(Store);
  const MachineOperand &Base = Store.getOperand(Mem);
  Register Place;
  if (Base.isReg() && Base.getReg().isVirtual() && !Base.getSubReg() &&
      !Store.getOperand(Mem + 2).getReg() && Store.getOperand(Mem + 3).isImm())
    Place = Base.getReg();
  auto Then = &*At == &Store ? At : std::next(At);
  unsigned N;
  for (unsigned Distance : entriesOf(bytesOf(Size), N)) {
    logEntry(Store, At, Then, Place, int(Distance) - int(Size >> 16), N, Entry, Offset);
    Offset += UndoLog::step(N);
  }
  if (!Ends)
    return Register();
  Register Count = MRI.createVirtualRegister(T.regClass("GR64_NOSP"));
  BuildMI(MBB, At, Store.getDebugLoc(), TII.get(T.opcode("ADD64ri32")), Count)
      .addReg(Entry)
      .addImm(Offset)
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
  fixPositions(SmallVector<MachineInstr *, 16>(Zeros.begin(), Zeros.end()));
}

/// Entries whose position is the same on every way to them need no register for it.
void Checkpoints::fixPositions(ArrayRef<MachineInstr *> Zeros) {
  SmallVector<MachineInstr *, 32> Known;
  DenseMap<Register, int64_t> At;
  auto Learn = [&](MachineInstr &MI, int64_t Position) {
    At[MI.getOperand(0).getReg()] = Position;
    Known.push_back(&MI);
  };
  for (MachineInstr *MI : Zeros)
    Learn(*MI, 0);
  auto Sum = [&](const MachineInstr &MI) -> std::optional<int64_t> {
    if (MI.getOpcode() == T.opcode("ADD64ri32"))
      return At.lookup(MI.getOperand(1).getReg()) + MI.getOperand(2).getImm();
    if (!MI.isPHI())
      return std::nullopt;
    std::optional<int64_t> All;
    for (unsigned I = 1; I < MI.getNumOperands(); I += 2) {
      Register R = MI.getOperand(I).getReg();
      if (R == MI.getOperand(0).getReg())
        continue;
      auto It = At.find(R);
      if (It == At.end() || (All && *All != It->second))
        return std::nullopt;
      All = It->second;
    }
    return All;
  };
  // Known grows meanwhile.
  for (unsigned I = 0; I != Known.size(); ++I)
    for (MachineInstr &Use :
         MRI.use_nodbg_instructions(Known[I]->getOperand(0).getReg()))
      if (!Use.mayStore() && Use.getNumExplicitDefs() == 1 &&
          !At.count(Use.getOperand(0).getReg()))
        if (auto Position = Sum(Use))
          Learn(Use, *Position);
  for (MachineInstr *MI : Known) {
    Register R = MI->getOperand(0).getReg();
    for (MachineInstr &Use : make_early_inc_range(MRI.use_nodbg_instructions(R))) {
      int Mem = Use.mayStore() ? T.memoryOperand(Use) : -1;
      if (Mem < 0)
        continue;
      Use.getOperand(Mem + 2).setReg(Register());
      MachineOperand &Disp = Use.getOperand(Mem + 3);
      Disp.setImm(Disp.getImm() + At.lookup(R));
    }
  }
  // From the last: nobody but entries used most of them.
  for (MachineInstr *MI : reverse(Known)) {
    Register R = MI->getOperand(0).getReg();
    if (all_of(MRI.use_nodbg_instructions(R),
               [&](MachineInstr &Use) { return &Use == MI; }))
      MI->eraseFromParent();
    else if (!MI->isPHI() && At.lookup(R)) {
      BuildMI(*MI->getParent(), MI, MI->getDebugLoc(), TII.get(T.MOV32ri64), R)
          .addImm(At.lookup(R));
      MI->eraseFromParent();
    }
  }
}

/// The size of most stores, those in loops counted more often.
unsigned Checkpoints::plainSize(
    ArrayRef<std::pair<MachineInstr *, unsigned>> Stores) {
  MachineDominatorTree MDT(MF);
  MachineLoopInfo MLI(MDT);
  uint64_t Weight[UndoLog::NumSizes] = {};
  for (auto [Marker, Size] : Stores)
    Weight[Log2_32(bytesOf(Size))] +=
        uint64_t(1) << 4 * std::min(MLI.getLoopDepth(Marker->getParent()), 8u);
  return std::max_element(std::begin(Weight), std::end(Weight)) - Weight;
}

/// The most that is logged on a way from one cut, or look at the log, to the next.
unsigned Checkpoints::mostBetweenCuts() {
  unsigned All = 0, Most = 0, N;
  auto Bytes = [&](const CheckPseudo &P) {
    unsigned Entries = entriesOf(bytesOf(P.Region), N).size();
    return Entries * UndoLog::step(N);
  };
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : MBB)
      if (isA(MI, PseudoKind::Log))
        All += Bytes(*CheckPseudo::parse(MI));
  flowOfBytes(MF, [&](MachineBasicBlock &MBB, unsigned Now) {
    for (MachineInstr &MI : MBB) {
      auto P = CheckPseudo::parse(MI);
      if ((P && P->Kind == PseudoKind::Cut) || llvm::is_contained(Full, &MI))
        Now = 0;
      else if (P && P->Kind == PseudoKind::Log)
        Now = std::min(All, Now + Bytes(*P));
      Most = std::max(Most, Now);
    }
    return Now;
  });
  return Most;
}

void Checkpoints::makeLog() {
  SmallVector<std::pair<MachineInstr *, unsigned>, 16> Found;
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : MBB)
      if (auto P = CheckPseudo::parse(MI); P && P->Kind == PseudoKind::Log) {
        Found.push_back({&MI, P->Region});
        Log.Sizes |= 1u << Log2_32(bytesOf(P->Region));
      }
  if (Found.empty())
    return;
  Log.Plain = plainSize(Found);
  unsigned Bytes = mostBetweenCuts();
  // Without a loop that fills it each store is logged once between two cuts at most; the
  // less stack there is above, the fewer wrong stack pointers lead there.
  Log.Capacity = Full.empty() ? std::max(LeastBytes, Bytes) : std::max(LogBytes, 4 * Bytes);
  Log.Slot = MF.getFrameInfo().CreateStackObject(
      Log.Capacity + UndoLog::Begin + Log.maxStep() + UndoLog::Spare, Align(16), false);
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
  // Stores of one block and region go behind each other: a run.
  auto IsNext = [](MachineInstr *From, MachineInstr *To) {
    if (From->getParent() != To->getParent())
      return false;
    for (auto I = From->getIterator(); &*I != To; ++I)
      if (isA(*I, PseudoKind::Cut))
        return false;
    return true;
  };
  Register Entry;
  unsigned Offset = 0;
  for (unsigned I = 0; I != Found.size(); ++I) {
    auto [Marker, Size] = Found[I];
    bool Ends = I + 1 == Found.size() || !IsNext(Marker, Found[I + 1].first);
    if (!Entry) {
      Entry = Unknown(Marker);
      Offset = 0;
    }
    Register Count = logStore(*Marker, Size, Entry, Offset, Ends);
    if (Ends) {
      Defs[Marker] = Count;
      Entry = Register();
    }
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
