//===- StackDamage.cpp - what a wrong stack pointer can spoil -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "StackDamage.h"
#include "CheckPseudo.h"
#include "DeadVariables.h"
#include "Regions.h"
#include "X86Table.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/PseudoSourceValue.h"
#include "llvm/CodeGen/TargetFrameLowering.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;
using namespace crit;

constexpr int64_t RedZone = -16;
/// What is moved downwards by 1 << MaxBits bytes or more meets nothing of the frame.
constexpr unsigned MaxBits = 20;

static int64_t floorWord(int64_t Byte) {
  return Byte >= 0 ? Byte / 8 : -((7 - Byte) / 8);
}

bool StackWrites::merge(const StackWrites &O) {
  StackWrites Old = *this;
  Words |= O.Words;
  Pointed |= O.Pointed;
  Logged |= O.Logged;
  Emptied |= O.Emptied;
  Called |= O.Called;
  Unknown |= O.Unknown;
  Above |= O.Above;
  Loaded |= O.Loaded;
  Used |= O.Used;
  Lost |= O.Lost;
  Earlier |= O.Earlier;
  Inside |= O.Inside;
  return !(*this == Old);
}

StackDamage::StackDamage(const MachineFunction &MF, uint32_t FrameBytes,
                         int32_t Mark)
    : MF(MF), T(X86Table::get(MF)), Frame(FrameBytes), Mark(Mark) {
  if (Mark == -1 || FrameBytes == ~0u || FrameBytes % 8)
    return;
  for (const MachineInstr &MI : MF.front())
    if (MI.getFlag(MachineInstr::FrameSetup) &&
        T.name(MI).starts_with("SUB64ri") && MI.getOperand(0).getReg() == T.RSP)
      Locals += MI.getOperand(2).getImm();
  NumWords = Frame / 8 - LowestWord + 1;
  Usable = true;
  findSlots();
  classify();
}

StackWrites StackDamage::nothing() const {
  StackWrites W;
  W.Words.resize(NumWords);
  return W;
}

StackWrites StackDamage::anything() const {
  StackWrites W = nothing();
  W.Unknown = true;
  return W;
}

void StackDamage::set(BitVector &Words, int64_t Low, int64_t High) const {
  for (int64_t I = floorWord(Low); I <= floorWord(High - 1); ++I)
    if (I >= LowestWord && I - LowestWord < int64_t(NumWords))
      Words.set(I - LowestWord);
}

void StackDamage::write(StackWrites &W, int64_t Low, int64_t High) const {
  set(W.Words, Low, High);
  W.Above |= High > Frame + 8;
}

static std::optional<int> frameIndex(const MachineInstr &MI) {
  if (!MI.hasOneMemOperand())
    return std::nullopt;
  const auto *P = dyn_cast_or_null<FixedStackPseudoSourceValue>(
      (*MI.memoperands_begin())->getPseudoValue());
  if (!P)
    return std::nullopt;
  return P->getFrameIndex();
}

/// Slots of checkpoints: not the program's, not the register allocator's, and
/// all their accesses are volatile.
void StackDamage::findSlots() {
  const MachineFrameInfo &MFI = MF.getFrameInfo();
  BitVector Volatile(MFI.getObjectIndexEnd()), Other(MFI.getObjectIndexEnd());
  for (const MachineBasicBlock &MBB : MF)
    for (const MachineInstr &MI : MBB)
      for (const MachineMemOperand *M : MI.memoperands())
        if (const auto *P = dyn_cast_or_null<FixedStackPseudoSourceValue>(
                M->getPseudoValue());
            P && P->getFrameIndex() >= 0)
          (M->isVolatile() ? Volatile : Other).set(P->getFrameIndex());
  Volatile.reset(Other);
  IsSlot = Volatile;
}

void StackDamage::classify() {
  const MachineFrameInfo &MFI = MF.getFrameInfo();
  const TargetFrameLowering &TFL = *MF.getSubtarget().getFrameLowering();
  Classes.assign(NumWords, Free);
  Variables.resize(NumWords);
  Incoming.resize(NumWords);
  auto Give = [&](int64_t Low, int64_t High, Class C) {
    BitVector W(NumWords);
    set(W, Low, High);
    for (unsigned I : W.set_bits())
      Classes[I] = std::max(Classes[I], C);
  };
  for (const MachineBasicBlock &MBB : MF)
    for (const MachineInstr &MI : MBB)
      if (auto P = CheckPseudo::parse(MI); P && P->Kind == PseudoKind::Undo) {
        LogSizes = P->Aux;
        LogOffset = MI.getOperand(P->MemA + 3).getImm();
      }
  bool SawMark = false, SawLog = !LogSizes;
  for (int I = MFI.getObjectIndexBegin(); I != MFI.getObjectIndexEnd(); ++I) {
    if (MFI.isDeadObjectIndex(I))
      continue;
    if (MFI.isVariableSizedObjectIndex(I)) {
      Usable = false;
      return;
    }
    Register Base;
    StackOffset At = TFL.getFrameIndexReference(MF, I, Base);
    if (Base != T.RSP || At.getScalable()) {
      Usable = false;
      return;
    }
    Object O = {At.getFixed(), At.getFixed() + MFI.getObjectSize(I), I};
    Objects.push_back(O);
    if (I < 0) {
      set(Incoming, O.Low, O.High);
      OwnsAbove |= O.High > Frame + 8 && !MFI.isImmutableObjectIndex(I);
    }
    Class C = Foreign;
    int64_t Low = O.Low, High = O.High;
    if (I < 0 || MFI.getObjectAllocation(I))
      C = Foreign;
    else if (MFI.isSpillSlotObjectIndex(I))
      C = Spill;
    else if (O.Low + SlotWord == Mark) {
      C = Own;
      Low = Mark;
      High = Mark + 8;
      SawMark = true;
    } else if (LogSizes && O.Low <= LogOffset && LogOffset < O.High) {
      SawLog = true;
      LogIndex = I;
      LogBytes = O.High - LogOffset;
      LogWords.resize(NumWords);
      set(LogWords, O.Low, O.High - UndoLog::Spare);
      // What lies behind the last entry is written before it is read.
      Give(O.Low, std::min<int64_t>(O.High, LogOffset + CRIT_HARMLESS_LOG), Log);
      continue;
    } else if (IsSlot.test(I)) {
      C = MFI.getObjectSize(I) == NumberBytes ? Number : Slot;
      if (int64_t Word = slotWord(MF, I)) { // one word; the others keep it apart
        Low += Word;
        High = Low + 8;
      }
    }
    Give(Low, High, C);
    if (C == Foreign)
      set(Variables, O.Low, O.High);
  }
  // Saved registers and the return address.
  Give(Locals, Frame + 8, Foreign);
  Usable = SawMark && SawLog;
}

const StackDamage::Object *StackDamage::objectAt(int64_t Offset) const {
  for (const Object &O : Objects)
    if (Offset >= O.Low && Offset < O.High)
      return &O;
  return nullptr;
}

const StackDamage::Object *
StackDamage::objectOf(const MachineInstr &MI) const {
  if (auto Index = frameIndex(MI)) {
    for (const Object &O : Objects)
      if (O.Index == *Index)
        return &O;
    return nullptr;
  }
  if (!MI.hasOneMemOperand())
    return nullptr;
  const Value *V = (*MI.memoperands_begin())->getValue();
  const auto *A = V ? dyn_cast<AllocaInst>(getUnderlyingObject(V)) : nullptr;
  for (const Object &O : Objects)
    if (A && O.Index >= 0 && MF.getFrameInfo().getObjectAllocation(O.Index) == A)
      return &O;
  return nullptr;
}

bool StackDamage::isStore(const MachineInstr &MI) const {
  int Mem = T.memoryOperand(MI);
  return MI.mayStore() && Mem >= 0 && MI.getOperand(Mem).isReg() &&
         MI.getOperand(Mem).getReg() == T.RSP;
}

bool StackDamage::touchesStack(const MachineInstr &MI) const {
  return MI.readsRegister(T.RSP, nullptr) || MI.modifiesRegister(T.RSP, nullptr);
}

bool StackDamage::isComparison(const MachineInstr &MI) const {
  auto P = CheckPseudo::parse(MI);
  return P && P->Kind == PseudoKind::CompareEq && P->MemB &&
         MI.getOperand(P->A).getReg() == T.RSP;
}

bool StackDamage::isMark(const MachineInstr &MI) const {
  // From the stack pointer or a copy of it; nothing else is written there but the wipe.
  return Mark != -1 && T.name(MI) == "MOV64mr" && MI.getOperand(0).isReg() &&
         MI.getOperand(0).getReg() == T.RSP && !MI.getOperand(2).getReg() &&
         MI.getOperand(3).isImm() && MI.getOperand(3).getImm() == Mark;
}

/// First of the five operands of an address. LLVM does not call LEA's memory.
int StackDamage::address(const MachineInstr &MI) const {
  return T.name(MI).starts_with("LEA64") ? 1 : T.memoryOperand(MI);
}

/// Other than as the base of an address.
bool StackDamage::usesStack(const MachineInstr &MI) const {
  int Mem = address(MI);
  for (unsigned I = 0; I != MI.getNumExplicitOperands(); ++I) {
    const MachineOperand &MO = MI.getOperand(I);
    if (MO.isReg() && MO.getReg() == T.RSP && int(I) != Mem)
      return true;
  }
  return false;
}

bool StackDamage::isOpen(const StackWrites &W) const {
  return W.Loaded || W.Used || W.Words.anyCommon(Variables);
}

bool StackDamage::mayStray(const StackWrites &W, const MachineInstr &MI) const {
  int Mem = T.memoryOperand(MI);
  return W.Loaded && MI.mayStore() && !MI.isCall() && Mem >= 0 &&
         !(MI.getOperand(Mem).isReg() && MI.getOperand(Mem).getReg() == T.RSP &&
           !MI.getOperand(Mem + 2).getReg());
}

bool StackDamage::loadsVariable(const MachineInstr &MI) const {
  int Mem = T.memoryOperand(MI);
  if (!MI.mayLoad() || Mem < 0 || !MI.getOperand(Mem).isReg() ||
      MI.getOperand(Mem).getReg() != T.RSP)
    return false;
  if (MI.getOperand(Mem + 2).getReg() || !MI.getOperand(Mem + 3).isImm())
    return true;
  BitVector Words(NumWords);
  set(Words, MI.getOperand(Mem + 3).getImm(),
      MI.getOperand(Mem + 3).getImm() + 1);
  return Words.anyCommon(Variables);
}

void StackDamage::usePointers(StackWrites &W) const {
  if (!W.Pointed)
    return;
  W.Words |= Variables;
  W.Above |= OwnsAbove;
  W.Used = true;
}

void StackDamage::step(StackWrites &W, const MachineInstr &MI) const {
  auto P = CheckPseudo::parse(MI);
  if (P && P->Kind == PseudoKind::Cut) {
    W.Lost |= isOpen(W);
    W.Earlier |= W.Inside && W.Words.any();
    W.Inside = true;
  }
  // A landing is entered with the right one.
  if (isComparison(MI) || isMark(MI) || (P && P->Kind == PseudoKind::Landing)) {
    W = nothing();
    if (isMark(MI)) // the right one, but perhaps through a wrong one
      set(W.Words, Mark, Mark + 8);
    return;
  }
  if (P && P->Kind == PseudoKind::Update) { // the one that stores
    W.Unknown = true;
    return;
  }
  if (P || MI.isMetaInstruction() ||
      MI.getFlag(MachineInstr::FrameSetup) ||
      MI.getFlag(MachineInstr::FrameDestroy))
    return;
  if (isIrrevocable(MI)) {
    W.Earlier |= W.Words.any();
    W.Inside = false;
  }
  if (MI.isCall()) {
    W.Called = true;
    usePointers(W);
    return;
  }
  // Where an object begins at the stack pointer, its address is a plain copy.
  bool Copy = T.name(MI) == "MOV64rr" && MI.getOperand(1).getReg() == T.RSP &&
              MI.getOperand(0).getReg() != T.RSP;
  if (MI.isInlineAsm() || (!Copy && usesStack(MI))) {
    W.Unknown = true;
    return;
  }
  W.Loaded |= loadsVariable(MI);
  int Mem = address(MI);
  bool OnStack = Mem >= 0 && MI.getOperand(Mem).isReg() &&
                 MI.getOperand(Mem).getReg() == T.RSP;
  bool Fixed = OnStack && !MI.getOperand(Mem + 2).getReg() &&
               MI.getOperand(Mem + 3).isImm();
  int64_t Low = Fixed ? MI.getOperand(Mem + 3).getImm() : 0;
  if (!MI.mayStore()) {
    // An address made from it: what it is the address of may be written, through it.
    if (!Copy && (!OnStack || MI.mayLoad()))
      return;
    W.Pointed = true;
    return;
  }
  if (Mem < 0) {
    W.Unknown = true;
    return;
  }
  // Where it goes may be made of what was loaded elsewhere, the same in both copies.
  W.Lost |= mayStray(W, MI);
  if (!OnStack) { // through a pointer
    usePointers(W);
    return;
  }
  if (!Fixed) {
    const Object *O = objectOf(MI);
    if (!O)
      W.Unknown = true;
    else if (LogSizes && O->Index == LogIndex)
      W.Logged = true;
    else
      write(W, O->Low, O->High);
    return;
  }
  uint64_t Bytes = 0;
  for (const MachineMemOperand *M : MI.memoperands())
    if (M->getSize().hasValue() && !M->getSize().getValue().isScalable())
      Bytes = std::max<uint64_t>(Bytes, M->getSize().getValue().getFixedValue());
    else
      Bytes = ~0ull;
  if (LogSizes && Low >= LogOffset && objectAt(Low) == objectAt(LogOffset)) {
    if (Bytes == ~0ull) { // an entry, in a known place
      W.Logged = true;
      return;
    }
    W.Emptied = true;
    set(W.Words, Low, Low + 8);
    return;
  }
  if (MI.memoperands_empty() || Bytes > 64)
    W.Unknown = true;
  else
    write(W, Low, Low + Bytes);
}

BitVector StackDamage::loads(const MachineBasicBlock &B) const {
  BitVector Words(NumWords);
  for (const MachineInstr &MI : B) {
    int Mem = T.memoryOperand(MI);
    if (!MI.mayLoad() || Mem < 0 || !MI.getOperand(Mem).isReg() ||
        MI.getOperand(Mem).getReg() != T.RSP || !MI.getOperand(Mem + 3).isImm())
      continue;
    int64_t Low = MI.getOperand(Mem + 3).getImm();
    uint64_t Bytes = 64;
    if (MI.hasOneMemOperand())
      if (LocationSize Size = (*MI.memoperands_begin())->getSize();
          Size.hasValue() && !Size.getValue().isScalable())
        Bytes = Size.getValue().getFixedValue();
    set(Words, Low, Low + int64_t(Bytes));
  }
  return Words;
}

bool StackDamage::covers(const StackWrites &W, int64_t Offset) const {
  BitVector Words(NumWords);
  set(Words, Offset, Offset + 8);
  return Words.none() || Words.anyCommon(W.Words);
}

BitVector StackDamage::dead(const MachineInstr &Landing) const {
  BitVector Words(NumWords);
  for (const DeadPart &D : deadVariables(Landing))
    for (const Object &O : Objects)
      if (O.Index == D.Index)
        for (int64_t I = -floorWord(-(O.Low + D.First)); I < floorWord(O.High); ++I)
          if (I >= LowestWord && I - LowestWord < int64_t(NumWords))
            Words.set(I - LowestWord);
  return Words;
}

BitVector StackDamage::slots() const {
  BitVector Words(NumWords);
  for (unsigned I = 0; I != NumWords; ++I)
    if (Classes[I] == Slot)
      Words.set(I);
  return Words;
}

StackDamage::Class StackDamage::classAt(int64_t Word) const {
  if (Word < RedZone)
    return Free;
  return Classes[Word - LowestWord];
}

/// Whether word W, moved, meets one that matters.
template <typename Predicate>
static bool meets(unsigned W, int64_t By, Predicate Matters) {
  int64_t Low = (int64_t(W) + LowestWord) * 8 + By;
  return Matters(floorWord(Low)) || (By % 8 && Matters(floorWord(Low + 7)));
}

/// Upwards of what is met in the frame itself, with its return address: beyond it callers
/// decide.
template <typename Predicate>
uint32_t StackDamage::evaluate(const StackWrites &W, bool CallSeen, bool WithLog,
                               Predicate MattersInside) const {
  if (!Usable || W.Unknown || W.Lost || W.Above)
    return 0;
  auto Matters = [&](int64_t Word) {
    return Word - LowestWord < int64_t(NumWords) && MattersInside(Word);
  };
  uint32_t Mask = Frame >> MaxBits ? 0 : CRIT_HARMLESS_FAR;
  WithLog &= W.Logged;
  if (W.Words.none() && !WithLog && !W.Called)
    Mask |= CRIT_HARMLESS_NOTHING;
  auto IsGood = [&](int64_t By) {
    // What was called has its frame right below, unless it is seen that its return
    // address is not there.
    bool Good = !W.Called || CallSeen || By < 0;
    for (auto I = W.Words.set_bits_begin(); Good && I != W.Words.set_bits_end();
         ++I)
      Good = !meets(*I, By, Matters);
    // Whether an entry is there is seen if nobody else writes there: not
    // variables, not other functions.
    if (WithLog)
      for (auto I = LogWords.set_bits_begin();
           Good && I != LogWords.set_bits_end(); ++I)
        Good = !meets(*I, By, [&](int64_t To) {
          return To - LowestWord < int64_t(NumWords) && classAt(To) == Foreign;
        });
    return Good;
  };
  for (unsigned B = 2; B != MaxBits; ++B) { // 2 stands for 0 and 1 as well
    uint32_t Bit = 1u << CRIT_HARMLESS_STEP(B);
    if (B < CRIT_HARMLESS_UP && IsGood(int64_t(1) << B))
      Mask |= Bit;
    bool Down = IsGood(-(int64_t(1) << B));
    if (B < CRIT_HARMLESS_DOWN)
      Mask |= Down ? Bit << CRIT_HARMLESS_DOWNWARDS : 0;
    else if (!Down)
      Mask &= ~uint32_t(CRIT_HARMLESS_FAR);
  }
  if (W.Logged)
    Mask |= CRIT_HARMLESS_LOGGED;
  if (W.Called)
    Mask |= CRIT_HARMLESS_CALLED;
  if (W.Emptied)
    Mask |= CRIT_HARMLESS_EMPTIED;
  return Mask;
}

// Free words of the frame are not used, or not by anybody who goes on. A log that was
// to be emptied is emptied by who repairs the stack pointer. Dead variables are not read
// by the region that is run again, nor were they since it began.
uint32_t StackDamage::harmless(const StackWrites &W, const StackNeeds &Needed,
                               bool NumberNeeded, bool WithLog) const {
  return evaluate(W, /*CallSeen=*/false, WithLog, [&](int64_t Word) {
    switch (classAt(Word)) {
    case Free:
    case Spill:
      return false;
    case Slot:
      return Needed.Loaded.test(Word - LowestWord);
    case Number:
      return NumberNeeded;
    case Log:
      return !W.Emptied || W.Logged;
    case Own: // who repairs has seen that it is right, or writes it again
      return false;
    case Foreign:
      return W.Earlier || !Needed.Dead.test(Word - LowestWord);
    }
    llvm_unreachable("class of a word");
  });
}

std::optional<BitVector> StackDamage::written(const StackWrites &W, bool CallSeen,
                                                 bool WithLog) const {
  if (!Usable || W.Unknown || W.Lost || W.Above || (W.Called && !CallSeen))
    return std::nullopt;
  BitVector Words = W.Words;
  if (W.Logged && WithLog)
    Words |= LogWords;
  return Words;
}

// Arguments of calls are no object. Behind its first word the log holds nothing: a call ends
// the region.
BitVector StackDamage::freeInCalls() const {
  BitVector Words(Usable ? Frame / 8 : 0);
  for (unsigned I = 0; I != Words.size(); ++I) {
    int64_t Low = int64_t(I) * 8;
    Class C = classAt(I);
    if (Low < Locals && Low >= int64_t(MF.getFrameInfo().getMaxCallFrameSize()) &&
        (C == Free || (C == Log && Low > LogOffset)))
      Words.set(I);
  }
  return Words;
}

BitVector StackDamage::deadInCalls(BitVector Dead) const {
  if (!Usable)
    return BitVector();
  int64_t Low = (int64_t(MF.getFrameInfo().getMaxCallFrameSize()) + 7) / 8 - LowestWord;
  int64_t High = Locals / 8 - LowestWord;
  for (unsigned I : Dead.set_bits())
    if (int64_t(I) < Low || int64_t(I) >= High)
      Dead.reset(I);
  return Dead;
}

// Two spilled registers may share a word: of that it is not known that all is written
// again.
uint32_t StackDamage::harmlessAgain(const StackWrites &W, bool Entry) const {
  if (W.Logged)
    return 0;
  return evaluate(W, /*CallSeen=*/true, /*WithLog=*/true, [&](int64_t Word) {
    switch (classAt(Word)) {
    case Free:
      return false;
    case Spill:
      return !Entry;
    case Slot:
    case Number:
      return !Entry && !W.Words.test(Word - LowestWord);
    case Log:
      return !Entry && !W.Emptied;
    case Own:
      return false;
    case Foreign:
      return !Entry || Word * 8 >= Locals || Incoming.test(Word - LowestWord);
    }
    llvm_unreachable("class of a word");
  });
}
