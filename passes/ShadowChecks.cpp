//===- ShadowChecks.cpp - what is compared when a value leaves ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The half of ShadowStream that asks for checks: which part of a register the
// program stores or passes, which argument registers came from where. Where the
// check stands is CheckPlan's business, how it compares the codec's.
//===----------------------------------------------------------------------===//
#include "ShadowStream.h"
#include "Unfold.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace crit;

void ShadowStream::checkNow(MachineInstr &MI, RegRef Value, RegRef Shadow,
                            crit_check_kind K) {
  if (!C.check(*Cur, MI.getIterator(), MI.getDebugLoc(), K, Value, Shadow))
    noteUnprotected(MI, CRIT_REASON_RegClass);
}

/// Remembers that a value left the sphere at MI. One check behind its last use
/// before the next call covers all of them: a register that was hit stays hit.
void ShadowStream::checkLater(MachineInstr &MI, unsigned Index,
                              const MachineOperand &MO, crit_check_kind K,
                              RegRef::PartKind Part) {
  unsigned Own = Opts.DroppedChecks & KeepMerge ? Index + 1 : 0;
  auto Ins = Checks.insert({{MO.getReg(), {MO.getSubReg(), Own << 4 | Part}},
                            Pending{K, Index, MI.getDebugLoc()}});
  if (!Ins.second) {
    Ins.first->second.Index = Index;
    Ins.first->second.DL = MI.getDebugLoc();
  }
}

/// The store uses an address that was computed, written to the undo log and then
/// compared, so that only a hit in the store itself leads to a wrong place. That is
/// seen behind it, and what was there is lost. Returns the second copy's address,
/// if it could be done. An index alone is compared itself; a base that other stores of
/// the block go through is not, or their comparisons could only stop.
Register ShadowStream::checkLogged(MachineInstr &Store, unsigned Index,
                                   int Mem) {
  unsigned Registers = 0;
  for (int I = Mem; I != Mem + 5; ++I) {
    const MachineOperand &MO = Store.getOperand(I);
    if (!MO.isReg() || !hasShadow(MO.getReg()))
      continue;
    ++Registers;
    if (LaterDefs.count(MO.getReg()))
      return {};
  }
  const MachineOperand &Base = Store.getOperand(Mem);
  if (!Registers ||
      (Registers == 1 && !(Base.isReg() && hasShadow(Base.getReg()))))
    return {};
  Register A = MRI.createVirtualRegister(T.regClass("GR64"));
  Unshadowed.insert(A);
  MachineInstrBuilder Lea = BuildMI(
      *Cur, Store.getIterator(), Store.getDebugLoc(),
      MF.getSubtarget().getInstrInfo()->get(T.opcode("LEA64r")), A);
  // The store adds it, and so does the log; here both copies would.
  const MachineOperand &Disp = Store.getOperand(Mem + 3);
  // Three parts in one instruction cost nothing where that is not slow.
  bool Three = Store.getOperand(Mem + 2).getReg() &&
               MF.getSubtarget().checkFeatures("-slow-3ops-lea");
  int64_t Distance = Disp.isImm() && !Three ? Disp.getImm() : 0;
  for (int I = Mem; I != Mem + 4; ++I) {
    MachineOperand MO = Store.getOperand(I);
    if (MO.isReg())
      MO.setIsKill(false);
    else if (I == Mem + 3 && Distance)
      MO.setImm(0);
    Lea.add(MO);
  }
  Lea.addReg(0); // behind the thread pointer, which the log adds
  // Of a base alone only the register that is stored through needs to be another one.
  Register B;
  if (Base.isReg() && hasShadow(Base.getReg()) && !Base.getSubReg() && Disp.isImm() &&
      !Store.getOperand(Mem + 2).getReg() &&
      !C.encodes(shadowOf(Base.getReg())))
    B = shadowOf(Base.getReg());
  if (!B) {
    B = MRI.createVirtualRegister(T.regClass("GR64"));
    Unshadowed.insert(B);
    C.paired(A, B);
    C.mirror(*Lea, *Cur, Store.getIterator(),
             [&](Register R) { return R == A ? B : shadowOf(R); });
  }
  endLogged();
  LastLogged.emplace();
  for (int I = Mem; I != Mem + 5; ++I)
    LastLogged->Operands.push_back(Store.getOperand(I));
  if (Distance)
    LastLogged->Operands[3].setImm(0);
  LastLogged->Master = A;
  LastLogged->Shadow = B;
  useLogged(Store, Index, Mem, Distance);
  return B;
}

/// Floating point and vectors are dear to read back. Where the address is compared
/// before and behind the stores through it, and the process stops if it has been hit
/// between, nothing has gone astray, and values can be compared later, several in one.
bool ShadowStream::staysUnread(const MachineInstr &Store, unsigned Index,
                               int Mem) {
  if (!Repairs || FlagsLiveAfter[Index] || FixedLiveAfter[Index] ||
      Store.getNumExplicitOperands() != unsigned(Mem) + 6 ||
      Opts.DroppedChecks & KeepReadBack)
    return false;
  const MachineOperand &V = Store.getOperand(Mem + 5);
  if (!V.isReg() || !hasShadow(V.getReg()) || LaterDefs.count(V.getReg()))
    return false;
  RegKind K = T.kind(MRI.getRegClass(V.getReg()));
  return (K == RegKind::FpScalar || K == RegKind::Vec128 ||
          (K == RegKind::Gpr && Store.getOperand(Mem + 2).getReg())) &&
         storedPart(Store, V);
}

/// Behind the last store that needs it: a hit address is compared before anything
/// else is done with it.
void ShadowStream::endLogged() {
  if (LastLogged && LastLogged->Unread)
    C.check(*Cur, std::next(LastLogged->Unread->getIterator()),
            LastLogged->Unread->getDebugLoc(), CRIT_CHECK_StoreAddress,
            {LastLogged->Master}, {LastLogged->Shadow});
  LastLogged.reset();
}

/// The address of Store is the last logged one's, Distance bytes further: compares
/// it before the store, or behind it where it has been compared already.
void ShadowStream::useLogged(MachineInstr &Store, unsigned Index, int Mem,
                             int64_t Distance) {
  Register R = LastLogged->Master;
  bool Unread = staysUnread(Store, Index, Mem);
  // A far one may trap through a wrong address that the ones before went through.
  if (!Unread || !LastLogged->Unread || !isInt<8>(Distance))
    checkNow(Store, {R}, {LastLogged->Shadow}, CRIT_CHECK_StoreAddress);
  if (Unread)
    LastLogged->Unread = &Store;
  Store.getOperand(Mem).ChangeToRegister(R, false);
  // A store of the second byte of a register takes no address that wants REX.
  const TargetSubtargetInfo &STI = MF.getSubtarget();
  if (const TargetRegisterClass *RC = Store.getRegClassConstraint(
          unsigned(Mem), STI.getInstrInfo(), STI.getRegisterInfo()))
    MRI.constrainRegClass(R, RC);
  Store.getOperand(Mem + 1).ChangeToImmediate(1);
  Store.getOperand(Mem + 2).setReg(0);
  Store.getOperand(Mem + 3).ChangeToImmediate(Distance);
}

/// A store near the last logged one takes its address: one comparison instead of
/// two. Returns the second copy's address, or nothing if it is another.
Register ShadowStream::checkLikeLogged(MachineInstr &Store, unsigned Index,
                                       int Mem) {
  const auto &Last = LastLogged->Operands;
  unsigned Registers = 0;
  for (int I = 0; I != 5; ++I) {
    const MachineOperand &MO = Store.getOperand(Mem + I);
    if (I == 3 ? !MO.isImm() || !Last[I].isImm() : !MO.isIdenticalTo(Last[I]))
      return {};
    if (MO.isReg() && MO.getReg().isVirtual()) {
      if (!hasShadow(MO.getReg()))
        return {};
      ++Registers;
    }
  }
  int64_t Distance = Store.getOperand(Mem + 3).getImm() - Last[3].getImm();
  if (Registers != 2 || !isInt<32>(Distance))
    return {};
  useLogged(Store, Index, Mem, Distance);
  return LastLogged->Shadow;
}

/// False if MI is none, or the second copy of its address comes too late.
bool ShadowStream::replaceUpdate(MachineInstr &MI, unsigned Index) {
  auto Found = findUpdate(MI, Opts.Loads, Facts);
  if (!Found)
    return false;
  SmallVector<Register, 5> Address(5);
  for (unsigned I = 0; I != 5; ++I) {
    const MachineOperand &MO = MI.getOperand(I);
    if (MO.isReg() && LaterDefs.count(MO.getReg()))
      return false;
    if (MO.isReg() && hasShadow(MO.getReg()))
      Address[I] = shadowOf(MO.getReg());
  }
  Code[Index] = PseudoBuilder(*Cur, MI.getIterator(), MI.getDebugLoc())
                    .update(MI, Found->Addend, Found->Log2Width, Address);
  MI.eraseFromParent();
  ++Stats.Replicated;
  ++Stats.Once;
  return true;
}

std::optional<RegRef::PartKind>
ShadowStream::storedPart(const MachineInstr &MI, const MachineOperand &MO) {
  const TargetRegisterClass *RC = MRI.getRegClass(MO.getReg());
  RegKind K = T.kind(RC);
  if (K == RegKind::Gpr || K == RegKind::FpScalar || K == RegKind::Mask)
    return RegRef::All;
  unsigned Bits = MO.getSubReg() ? TRI.getSubRegIdxSize(MO.getSubReg())
                                 : TRI.getRegSizeInBits(*RC);
  if (!MI.hasOneMemOperand())
    return RegRef::All;
  LocationSize Size = (*MI.memoperands_begin())->getSize();
  if (!Size.hasValue() || Size.getValue().getFixedValue() * 8 == Bits)
    return RegRef::All;
  StringRef N = T.name(MI);
  N.consume_front("V");
  if (K != RegKind::Vec128 || !N.starts_with("MOV"))
    return std::nullopt;
  if (N.starts_with("MOVHP"))
    return RegRef::High64;
  return Size.getValue().getFixedValue() == 4   ? std::optional(RegRef::Low32)
         : Size.getValue().getFixedValue() == 8 ? std::optional(RegRef::Low64)
                                                : std::nullopt;
}

bool ShadowStream::readBack(MachineInstr &MI, unsigned Index, unsigned Mem,
                            Register Logged) {
  if (FlagsLiveAfter[Index] || FixedLiveAfter[Index] ||
      MI.getNumExplicitOperands() != Mem + 6 ||
      Opts.DroppedChecks & (1u << CRIT_CHECK_StoreValue |
                            1u << CRIT_CHECK_StoreAddress | KeepReadBack))
    return false;
  SmallVector<Register, 5> Address(5);
  Address[0] = Logged;
  bool Second = Logged.isValid();
  for (unsigned I = 0; I != 5; ++I) {
    const MachineOperand &MO = MI.getOperand(Mem + I);
    if (!MO.isReg() || !hasShadow(MO.getReg()))
      continue;
    if (LaterDefs.count(MO.getReg()))
      return false;
    Address[I] = shadowOf(MO.getReg());
    Second = true;
  }
  const MachineOperand &V = MI.getOperand(Mem + 5);
  // Without a second address this tells no more than comparing registers.
  if (!Second || !(V.isImm() || (V.isReg() && hasShadow(V.getReg()) &&
                                 !LaterDefs.count(V.getReg()))))
    return false;
  return C.verifyStore(*Cur, std::next(MI.getIterator()), MI, Mem, Address,
                       V.isReg() ? shadowOf(V.getReg()) : Register());
}

/// The type of the argument or result that is passed in XMM<No>, or
/// null when that cannot be told.
static const Type *passedIn(ArrayRef<Type *> Types, unsigned No) {
  for (Type *Ty : Types) {
    if (auto *S = dyn_cast<StructType>(Ty)) {
      for (Type *E : S->elements())
        if ((E->isFloatingPointTy() || E->isVectorTy()) && No-- == 0)
          return E;
      continue;
    }
    if ((Ty->isFloatingPointTy() && !Ty->isX86_FP80Ty()) || Ty->isVectorTy())
      if (No-- == 0)
        return Ty;
  }
  return nullptr;
}

/// <2 x float> travels in the low half of an XMM register; the upper half is
/// whatever was there. Only a type that fills the register is compared whole.
RegRef::PartKind ShadowStream::passedPart(const MachineInstr &MI,
                                          Register Fixed, Register Value) {
  if (T.kind(MRI.getRegClass(Value)) != RegKind::Vec128)
    return RegRef::All;
  unsigned No = T.recordNumber(Fixed.asMCReg()) - 16;
  const Type *Ty = nullptr;
  if (MI.isReturn() && !MI.isCall()) {
    Ty = passedIn(MF.getFunction().getReturnType(), No);
  } else {
    for (const MachineOperand &MO : MI.operands())
      if (MO.isGlobal())
        if (const auto *F = dyn_cast<Function>(MO.getGlobal()))
          Ty = passedIn(F->getFunctionType()->params(), No);
  }
  bool Whole = Ty && (Ty->isFP128Ty() ||
                      (Ty->isVectorTy() && Ty->getPrimitiveSizeInBits() >= 128));
  return Whole ? RegRef::All : RegRef::Low64;
}

void ShadowStream::forgetFixed(Register Fixed) {
  auto Overlaps = [&](const auto &E) {
    return TRI.regsOverlap(E.first, Fixed);
  };
  FixedSource.remove_if(Overlaps);
  FixedConstant.remove_if(Overlaps);
}

/// $edi = MOV32ri 5: peephole optimisation puts constants straight into the
/// register a call or return reads.
bool ShadowStream::rememberConstant(const MachineInstr &MI) {
  unsigned Opc = MI.getOpcode();
  bool Zero = Opc == T.MOV32r0;
  unsigned Log2Width = Opc == T.MOV8ri                         ? 0
                       : Opc == T.MOV16ri                      ? 1
                       : Opc == T.MOV32ri || Zero              ? 2
                       : Opc == T.MOV64ri32 || Opc == T.MOV64ri ||
                               Opc == T.MOV32ri64
                           ? 3
                           : ~0u;
  if (Log2Width == ~0u || !MI.getOperand(0).getReg().isPhysical() ||
      (!Zero && !MI.getOperand(1).isImm()))
    return false;
  int64_t V = Zero ? 0 : MI.getOperand(1).getImm();
  if (Log2Width < 3)
    V = SignExtend64(V, 8u << Log2Width);
  else if (Opc == T.MOV32ri64)
    V = uint32_t(V);
  Register Fixed = MI.getOperand(0).getReg();
  // Writing 32 bits clears the others, and whoever asks for 64 gets them.
  if (Log2Width == 2 && V >= 0)
    for (const MachineOperand &MO : MI.implicit_operands())
      if (MO.isReg() && MO.isDef() && TRI.isSuperRegister(Fixed, MO.getReg())) {
        Fixed = MO.getReg();
        Log2Width = 3;
      }
  forgetFixed(Fixed);
  // A wide constant has no comparison; half of it is better than nothing.
  if (!isInt<32>(V)) {
    Fixed = TRI.getSubReg(Fixed, T.SubLow32);
    Log2Width = 2;
    V = SignExtend64(V, 32);
  }
  FixedConstant[Fixed] = {V, Log2Width};
  return true;
}

void ShadowStream::checkFixedOperands(MachineInstr &MI, crit_check_kind K) {
  for (auto &[Fixed, Src] : FixedSource) {
    if (!hasShadow(Src.Reg) || !MI.readsRegister(Fixed, &TRI))
      continue;
    RegRef::PartKind Part = passedPart(MI, Fixed, Src.Reg);
    // The register the callee will read, so that the copy into it is covered.
    checkNow(MI, RegRef{Fixed, 0, Part},
             RegRef{shadowOf(Src.Reg), Src.Sub, Part}, K);
  }
  for (auto &[Fixed, Constant] : FixedConstant)
    if (MI.readsRegister(Fixed, &TRI))
      C.checkConstant(*Cur, MI.getIterator(), MI.getDebugLoc(), K, Fixed,
                      Constant.first, Constant.second);
}

/// Hands the remembered values to the plan; none may be delayed further.
void ShadowStream::flush() {
  SmallVector<CheckPlan::Request, 8> Found;
  SmallVector<unsigned, 8> Index;
  for (auto &[Key, P] : Checks) {
    unsigned I = P.Index;
    while (I < Code.size() && FlagsLiveAfter[I])
      ++I;
    if (I >= Code.size() || Code[I]->isTerminator()) {
      noteUnprotected(*Code[P.Index], CRIT_REASON_FlagsAcrossBlocks);
      continue;
    }
    MachineInstr *After = UnitTail[I] ? UnitTail[I] : Code[I];
    size_t At = llvm::upper_bound(Index, I) - Index.begin();
    Index.insert(Index.begin() + At, I);
    Found.insert(Found.begin() + At, {{Key.first, Key.second.first,
                                       RegRef::PartKind(Key.second.second & 15)},
                                      P.Kind,
                                      Cur,
                                      After,
                                      P.DL,
                                      Groups});
  }
  ++Groups;
  for (size_t I = 0; I != Found.size(); ++I)
    if (Index[I] + 1 == UnitEnd)
      Held.push_back(Found[I]);
    else
      Plan.add(Found[I]);
  Checks.clear();
}

/// Once a block, where no flags or fixed registers pass by.
void ShadowStream::checkHidden(MachineInstr &MI, unsigned Index) {
  bool Busy = Index ? FlagsLiveAfter[Index - 1] || FixedLiveAfter[Index - 1]
                    : FlagsLiveIn || FixedLiveIn;
  if (Busy)
    return;
  for (const MachineOperand &MO : MI.all_uses())
    if (hasShadow(MO.getReg()) && !MO.isUndef() &&
        !LaterDefs.count(MO.getReg()) && C.hides(MI, MO) &&
        Unhidden.insert(MO.getReg()).second)
      checkNow(MI, {MO.getReg()}, {shadowOf(MO.getReg())}, CRIT_CHECK_Operand);
}

/// The second copy has stored, too, and where it loads it sees what it stored.
/// Right behind the store, however late the copies of its unit are made: loads
/// have theirs at once, too.
bool ShadowStream::keepsInShadow(MachineInstr &Store, unsigned Index) {
  auto At = std::next(Store.getIterator());
  bool Kept = C.mirrorStore(
      Store, *Cur, At,
      [&](Register R) { return LaterDefs.count(R) ? R : shadowOf(R); },
      FlagsLiveAfter[Index]);
  for (auto I = std::next(Store.getIterator()); I != At; ++I)
    if (!I->mayStore()) // is wanted for itself
      ShadowCode.insert(&*I);
  return Kept;
}
