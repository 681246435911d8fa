//===- ShadowMemory.cpp - which variables are in memory twice -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ShadowMemory.h"
#include "X86Table.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/CodeGen/LiveRegUnits.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

/// Elements that one other store may write.
static constexpr unsigned MostAtOnce = 16;
/// Elements of one object that are written at the function's beginning, at most:
/// about eight instructions each.
static constexpr int64_t MostUnwritten = 64;

std::optional<MemoryMove> crit::memoryMove(const MachineInstr &MI,
                                           const X86Table &T) {
  StringRef N = T.name(MI);
  if (!MI.mayLoadOrStore() || !N.consume_front("MOV"))
    return std::nullopt;
  MemoryMove M;
  if (N.consume_front("ZX"))
    M.How = MemoryMove::ZeroExtended;
  else if (N.consume_front("SX"))
    M.How = MemoryMove::SignExtended;
  if (N.consumeInteger(10, M.ResultBits))
    return std::nullopt;
  M.Bits = M.ResultBits;
  M.Store = N.consume_front("mr") || N.consume_front("mi");
  if (!M.Store && !N.consume_front("rm"))
    return std::nullopt;
  if (M.How != MemoryMove::Whole && (M.Store || N.consumeInteger(10, M.Bits)))
    return std::nullopt;
  if (M.Store && M.Bits == 64)
    N.consume_front("32"); // MOV64mi32
  M.Mem = !M.Store;
  if (!N.empty() || T.memoryOperand(MI) != int(M.Mem) ||
      (M.Bits != 8 && M.Bits != 16 && M.Bits != 32 && M.Bits != 64))
    return std::nullopt;
  return M;
}

const char *ShadowMemory::text(Reason R) {
  switch (R) {
  case AddressTaken:
    return "address taken";
  case Volatile:
    return "volatile, atomic or unknown";
  case OtherAccess:
    return "written otherwise";
  case Overlap:
    return "writes overlap";
  case Outside:
    return "access outside";
  case Unwritten:
    return "maybe not written first";
  case ReturnsTwice:
    return "setjmp";
  case Unused:
    return "no integers or pointers";
  case Reasons:
    break;
  }
  return "";
}

ShadowMemory::ShadowMemory(MachineFunction &MF)
    : MF(MF), T(X86Table::get(MF)) {}

/// An object of the program's own, of constant size, that only instructions name.
bool ShadowMemory::isLocal(int Slot) const {
  const MachineFrameInfo &MFI = MF.getFrameInfo();
  return Slot >= 0 && Slot < MFI.getObjectIndexEnd() &&
         !MFI.isDeadObjectIndex(Slot) &&
         !MFI.isVariableSizedObjectIndex(Slot) &&
         !MFI.isSpillSlotObjectIndex(Slot) &&
         MFI.getStackID(Slot) == TargetStackID::Default &&
         MFI.getObjectSize(Slot) > 0 &&
         !(MFI.hasStackProtectorIndex() &&
           MFI.getStackProtectorIndex() == Slot) &&
         !(MFI.hasFunctionContextIndex() &&
           MFI.getFunctionContextIndex() == Slot);
}

/// A plain load or store whose address begins with a stack slot.
std::optional<ShadowMemory::Access>
ShadowMemory::access(MachineInstr &MI) const {
  const MachineRegisterInfo &MRI = MF.getRegInfo();
  unsigned Mem = T.memoryOperand(MI);
  const MachineOperand &Index = MI.getOperand(Mem + 2);
  const MachineOperand &Disp = MI.getOperand(Mem + 3);
  if (!Disp.isImm() || !isInt<24>(Disp.getImm()) ||
      MI.getOperand(Mem + 4).getReg() || MI.getNumMemOperands() != 1)
    return std::nullopt;
  if (Index.getReg() &&
      (!Index.getReg().isVirtual() || Index.isUndef() || Index.getSubReg() ||
       T.kind(MRI.getRegClass(Index.getReg())) != RegKind::Gpr))
    return std::nullopt;
  const MachineMemOperand &MMO = **MI.memoperands_begin();
  Access A{&MI, false, MI.mayStore(), 0, Disp.getImm(), Index.getReg().isValid()};
  if (MMO.getSize().isPrecise() && !MMO.getSize().isScalable())
    A.Bytes = MMO.getSize().getValue();
  auto Move = memoryMove(MI, T);
  if (!Move || (A.Bytes && A.Bytes != Move->Bits / 8))
    return A;
  A.Bytes = Move->Bits / 8;
  const MachineOperand &Value = MI.getOperand(Move->Store ? 5 : 0);
  if (Value.isReg() && Value.getReg().isVirtual()) {
    // What an undefined register is stored as is not the same twice.
    const MachineInstr *Def = MRI.getVRegDef(Value.getReg());
    A.Element = Move->Store ? Def && !Def->isImplicitDef() && !Value.isUndef()
                            : !Value.getSubReg();
  } else {
    A.Element = Value.isImm();
  }
  return A;
}

void ShadowMemory::collect() {
  auto Refuse = [&](int Slot, Reason R) {
    if (!Candidates[Slot].Why)
      Candidates[Slot].Why = R;
  };
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : MBB) {
      if (MI.isDebugInstr() || MI.isLifetimeMarker())
        continue;
      for (unsigned I = 0, E = MI.getNumOperands(); I != E; ++I) {
        const MachineOperand &MO = MI.getOperand(I);
        if (!MO.isFI() || !isLocal(MO.getIndex()))
          continue;
        int Slot = MO.getIndex();
        if (!MI.mayLoadOrStore() || MI.isInlineAsm() || MI.isCall() ||
            T.memoryOperand(MI) != int(I))
          Refuse(Slot, AddressTaken);
        else if (MI.hasOrderedMemoryRef())
          Refuse(Slot, Volatile);
        else if (auto A = access(MI); A && !(MI.mayLoad() && MI.mayStore()))
          Candidates[Slot].Accesses.push_back(*A);
        else
          Refuse(Slot, OtherAccess);
      }
    }
}

/// Makes what A accesses an element of O, unless it is part of another one.
bool ShadowMemory::fit(const Access &A, Object &O) const {
  if (!O.Indexed) {
    auto Next = O.At.lower_bound(A.Offset);
    if (Next != O.At.end() && Next->first == A.Offset)
      return Next->second == A.Bytes;
    if (Next != O.At.end() && Next->first < A.Offset + A.Bytes)
      return false;
    if (Next != O.At.begin() &&
        std::prev(Next)->first + std::prev(Next)->second > A.Offset)
      return false;
    O.At[A.Offset] = A.Bytes;
    return true;
  }
  // Elements follow each other, and no index leads between two of them.
  unsigned Mem = T.memoryOperand(*A.MI);
  return O.Bytes == A.Bytes && A.Offset % A.Bytes == 0 &&
         (!A.Indexed || A.MI->getOperand(Mem + 1).getImm() % A.Bytes == 0 ||
          (*A.MI->memoperands_begin())->getAlign().value() >= A.Bytes);
}

/// The elements of the object: what integers are written to it, or read.
std::optional<ShadowMemory::Reason> ShadowMemory::shape(Candidate &C,
                                                        Object &O) const {
  bool Reads = false;
  for (const Access &A : C.Accesses) {
    O.Indexed |= A.Indexed;
    Reads |= A.Element && !A.Store;
    if (!A.Indexed && (A.Offset < 0 || A.Offset + A.Bytes > O.Size))
      return Outside;
  }
  if (!Reads)
    return Unused;
  for (bool Stores : {true, false}) {
    // Of arrays that share one slot the smallest elements.
    unsigned Least = 0;
    for (const Access &A : C.Accesses)
      if (A.Element && A.Store == Stores && (!Least || A.Bytes < Least))
        Least = A.Bytes;
    if (O.Indexed && !O.Bytes && Least && O.Size % Least == 0)
      O.Bytes = Least;
    for (Access &A : C.Accesses) {
      if (!A.Element || A.Store != Stores)
        continue;
      A.Fits = fit(A, O);
    }
  }
  if (none_of(C.Accesses, [](const Access &A) { return A.Fits && !A.Store; }))
    return Unused;
  for (const Access &A : C.Accesses) {
    if (A.Fits || !A.Store)
      continue;
    // All that it writes is encoded behind it.
    if (!A.Bytes)
      return OtherAccess;
    if (O.Indexed &&
        (A.Offset % O.Bytes || A.Bytes % O.Bytes ||
         A.Bytes > MostAtOnce * O.Bytes ||
         (A.Indexed && (*A.MI->memoperands_begin())->getAlign().value() <
                           O.Bytes)))
      return A.Element ? Overlap : OtherAccess;
  }
  if (O.Indexed)
    for (int64_t At = 0; At < O.Size && O.Size / O.Bytes <= MostUnwritten;
         At += O.Bytes)
      O.At[At] = O.Bytes;
  return std::nullopt;
}

/// What is read on some way from the entry before it is written.
void ShadowMemory::findUnwritten() {
  DenseMap<std::pair<unsigned, int64_t>, unsigned> BitOf;
  unsigned N = 0;
  for (unsigned I = 0; I != Objects.size(); ++I)
    for (auto [Offset, Bytes] : Objects[I].At)
      BitOf[{I, Offset}] = N++;
  auto Write = [&](const Access &A, BitVector &Written) {
    if (!A.Store || A.Indexed)
      return;
    unsigned I = ObjectOf.lookup(slotOf(*A.MI));
    const auto &At = Objects[I].At;
    // Parts, too: the whole element is encoded then.
    for (auto [Offset, Bytes] : At)
      if (Offset < A.Offset + A.Bytes && A.Offset < Offset + Bytes)
        Written.set(BitOf[{I, Offset}]);
  };
  DenseMap<const MachineBasicBlock *, BitVector> In, Gen;
  ReversePostOrderTraversal<MachineFunction *> Order(&MF);
  for (const MachineBasicBlock *B : Order) {
    In[B] = BitVector(N, B != &MF.front());
    BitVector &G = Gen[B] = BitVector(N);
    for (const MachineInstr &MI : *B)
      if (const Access *A = Known.lookup(&MI))
        Write(*A, G);
  }
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const MachineBasicBlock *B : Order)
      for (const MachineBasicBlock *S : B->successors()) {
        BitVector New = In[B];
        // A call in the middle of the block may have led there.
        if (!S->isEHPad() && !S->isInlineAsmBrIndirectTarget())
          New |= Gen[B];
        New &= In[S];
        Changed |= New != In[S];
        In[S] = New;
      }
  }
  BitVector Needed(N);
  for (const MachineBasicBlock *B : Order) {
    BitVector Written = In[B];
    for (const MachineInstr &MI : *B) {
      const Access *A = Known.lookup(&MI);
      if (!A)
        continue;
      Write(*A, Written);
      if (A->Store || !A->Fits)
        continue;
      unsigned I = ObjectOf.lookup(slotOf(MI));
      Object &O = Objects[I];
      // Of more elements than that nothing is known.
      O.AllUnwritten |= O.At.empty();
      for (auto [Offset, Bytes] : O.At)
        if (unsigned Bit = BitOf[{I, Offset}];
            (A->Indexed || A->Offset == Offset) && !Written.test(Bit))
          Needed.set(Bit);
    }
  }
  for (unsigned I = 0; I != Objects.size(); ++I)
    for (auto [Offset, Bytes] : Objects[I].At)
      if (Needed.test(BitOf[{I, Offset}]))
        Objects[I].Unwritten.push_back(Offset);
}

/// Instructions before which EFLAGS or a register that the allocator could hand out
/// is live by its own name.
DenseSet<const MachineInstr *>
ShadowMemory::inFlight(MachineBasicBlock &MBB) const {
  const TargetRegisterInfo &TRI = *MF.getSubtarget().getRegisterInfo();
  BitVector Fixed(TRI.getNumRegUnits());
  auto Add = [&](MCRegister R) {
    for (MCRegUnit U : TRI.regunits(R))
      Fixed.set(static_cast<unsigned>(U));
  };
  for (unsigned R : TRI.getAllocatableSet(MF).set_bits())
    Add(R);
  Add(T.EFLAGS);
  LiveRegUnits Live(TRI);
  for (const MachineBasicBlock *S : MBB.successors())
    for (const auto &LI : S->liveins())
      Live.addReg(LI.PhysReg);
  DenseSet<const MachineInstr *> Found;
  for (MachineInstr &MI : reverse(MBB)) {
    Live.stepBackward(MI);
    BitVector B = Live.getBitVector();
    B &= Fixed;
    if (B.any())
      Found.insert(&MI);
  }
  return Found;
}

/// Splits the entry block where no fixed register is live (arguments have been
/// copied) and nothing has been read or written.
bool ShadowMemory::placeBeginning() {
  MachineBasicBlock &Entry = MF.front();
  DenseSet<const MachineInstr *> Busy = inFlight(Entry);
  for (MachineInstr &MI : Entry) {
    if (!Busy.count(&MI) && !MI.isDebugInstr() && !MI.isPosition()) {
      Beginning = MF.CreateMachineBasicBlock(Entry.getBasicBlock());
      MachineBasicBlock *Rest = MF.CreateMachineBasicBlock(Entry.getBasicBlock());
      MF.insert(std::next(Entry.getIterator()), Rest);
      MF.insert(Rest->getIterator(), Beginning);
      Rest->splice(Rest->begin(), &Entry, MI.getIterator(), Entry.end());
      Rest->transferSuccessorsAndUpdatePHIs(&Entry);
      Entry.addSuccessor(Beginning);
      Beginning->addSuccessor(Rest);
      return true;
    }
    if (Known.count(&MI) || MI.isCall() || MI.isTerminator() || MI.isInlineAsm())
      return false;
  }
  return false;
}

void ShadowMemory::drop(Reason R, function_ref<bool(const Object &)> Which) {
  std::vector<Object> Kept;
  ObjectOf.clear();
  for (Object &O : Objects) {
    if (Which(O)) {
      ++Left[R];
      for (const Access &A : Candidates[O.Native].Accesses)
        Known.erase(A.MI);
      continue;
    }
    ObjectOf[O.Native] = Kept.size();
    Kept.push_back(std::move(O));
  }
  Objects = std::move(Kept);
}

int ShadowMemory::slotOf(const MachineInstr &MI) const {
  return MI.getOperand(T.memoryOperand(MI)).getIndex();
}

const ShadowMemory::Object *ShadowMemory::of(const MachineInstr &MI) const {
  const Access *A = Known.lookup(&MI);
  return A && A->Fits ? &Objects[ObjectOf.lookup(slotOf(MI))] : nullptr;
}

const ShadowMemory::Object *ShadowMemory::ofOther(const MachineInstr &MI,
                                                  unsigned &Bytes) const {
  const Access *A = Known.lookup(&MI);
  if (!A || A->Fits || !A->Store)
    return nullptr;
  Bytes = A->Bytes;
  return &Objects[ObjectOf.lookup(slotOf(MI))];
}

void ShadowMemory::find() {
  collect();
  MachineFrameInfo &MFI = MF.getFrameInfo();
  for (auto &[Slot, C] : Candidates) {
    Object O;
    O.Native = Slot;
    O.Size = MFI.getObjectSize(Slot);
    // Differs in every byte from object to object.
    O.Number = uint32_t(Slot + 1) * 0x9E3779B1u;
    if (!C.Why && MF.exposesReturnsTwice())
      C.Why = ReturnsTwice;
    if (!C.Why)
      C.Why = shape(C, O);
    if (C.Why) {
      ++Left[*C.Why];
      continue;
    }
    ObjectOf[Slot] = Objects.size();
    Objects.push_back(std::move(O));
    for (const Access &A : C.Accesses)
      Known[A.MI] = &A;
  }
  if (Objects.empty())
    return;
  findUnwritten();
  DenseMap<MachineBasicBlock *, DenseSet<const MachineInstr *>> Busy;
  for (auto &[Slot, C] : Candidates)
    if (auto It = ObjectOf.find(Slot); It != ObjectOf.end())
      for (const Access &A : C.Accesses)
        if (A.Indexed && A.Fits && !A.Store) {
          auto [B, New] = Busy.try_emplace(A.MI->getParent());
          if (New)
            B->second = inFlight(*A.MI->getParent());
          Objects[It->second].Compared |= B->second.contains(A.MI);
        }
  auto TooLarge = [](const Object &O) {
    return O.AllUnwritten || int64_t(O.Unwritten.size()) > MostUnwritten;
  };
  drop(Unwritten, TooLarge);
  auto Begins = [](const Object &O) { return !O.Unwritten.empty(); };
  if (any_of(Objects, Begins) && !placeBeginning())
    drop(Unwritten, Begins);
  for (Object &O : Objects) {
    O.Shadow = MFI.CreateStackObject(O.Size, MFI.getObjectAlign(O.Native),
                                     /*isSpillSlot=*/false);
    MFI.setObjectSSPLayout(O.Shadow, MFI.getObjectSSPLayout(O.Native));
  }
}
