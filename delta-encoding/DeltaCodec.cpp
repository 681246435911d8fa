//===- DeltaCodec.cpp - the second copy is the complement -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "DeltaCodec.h"
#include "Lowering.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace crit;

DeltaCodec::DeltaCodec(MachineFunction &MF, uint32_t DroppedChecks,
                       DeltaScheme Scheme, uint32_t A, bool OwnMemory,
                       bool CheckLossy)
    : IdentityCodec(MF, DroppedChecks),
      TII(*MF.getSubtarget().getInstrInfo()), Domains(MF, Scheme, A),
      Memory(MF), OwnMemory(OwnMemory), CheckLossy(CheckLossy), A(A) {}

//===----------------------------------------------------------------------===//
// Encoding
//===----------------------------------------------------------------------===//

bool DeltaCodec::isGeneral(Register R) const {
  return R.isVirtual() && notOpcode(R);
}

unsigned DeltaCodec::notOpcode(Register R) const {
  const TargetRegisterClass *RC = MRI.getRegClassOrNull(R);
  if (!RC)
    return 0;
  for (unsigned Bits : {8, 16, 32, 64}) {
    std::string N = std::to_string(Bits);
    if (T.regClass("GR" + N)->hasSubClassEq(RC))
      return T.opcode("NOT" + N + "r");
  }
  return 0;
}

bool DeltaCodec::isEncoded(Register R, ShadowLookup Shadow) const {
  return isGeneral(R) && Shadow(R) != R;
}

void DeltaCodec::complementTo(const Place &P, Register To, Register R) {
  BuildMI(P.MBB, P.At, P.DL, TII.get(notOpcode(To)), To).addReg(R);
}

Register DeltaCodec::complement(const Place &P, Register R) {
  Register N = MRI.cloneVirtualRegister(R);
  complementTo(P, N, R);
  return N;
}

/// ~S. Where S was encoded from something the second copy had computed plainly,
/// that is it.
Register DeltaCodec::decode(const Place &P, Register S) {
  if (isAffine(S))
    S = toComplement(P, S);
  if (EncodedHere.count(S))
    if (MachineInstr *Not = MRI.getVRegDef(S))
      return Not->getOperand(1).getReg();
  return complement(P, S);
}

Register DeltaCodec::shadowUse(const Place &P, const MachineOperand &MO,
                               ShadowLookup Shadow) {
  Register S = Shadow(MO.getReg());
  if (!MO.getSubReg())
    return S;
  unsigned Bits = TRI.getSubRegIdxSize(MO.getSubReg());
  Register Part =
      MRI.createVirtualRegister(T.regClass("GR" + std::to_string(Bits)));
  BuildMI(P.MBB, P.At, P.DL, TII.get(TargetOpcode::COPY), Part)
      .addReg(S, 0, MO.getSubReg());
  return Part;
}

void DeltaCodec::adopt(MachineBasicBlock &MBB, MachineBasicBlock::iterator At,
                       DebugLoc DL, RegRef Value, Register Shadow) {
  if (!isGeneral(Shadow))
    return IdentityCodec::adopt(MBB, At, DL, Value, Shadow);
  if (Value.Reg.isPhysical()) { // no place for a fixed register in NOT
    Register Copy = MRI.cloneVirtualRegister(Shadow);
    BuildMI(MBB, At, DL, TII.get(TargetOpcode::COPY), Copy).addReg(Value.Reg);
    Value = {Copy, Value.Sub};
  }
  Register N = isAffine(Shadow) ? MRI.cloneVirtualRegister(Shadow) : Shadow;
  BuildMI(MBB, At, DL, TII.get(notOpcode(Shadow)), N)
      .addReg(Value.Reg, 0, Value.Sub);
  if (N != Shadow)
    toAffine({MBB, At, DL}, Shadow, N);
}

bool DeltaCodec::check(MachineBasicBlock &MBB, MachineBasicBlock::iterator At,
                       DebugLoc DL, crit_check_kind K, RegRef Value,
                       RegRef Shadow) {
  if (!isGeneral(Shadow.Reg))
    return IdentityCodec::check(MBB, At, DL, K, Value, Shadow);
  unsigned N = bits(Shadow);
  if (!isPowerOf2_32(N) || N < 8 || N > 64)
    return false;
  if (DroppedChecks >> K & 1)
    return true;
  // In the code, where that takes no multiplication by 1/A.
  if (isAffine(Shadow.Reg) && !Shadow.Sub && !ScaledFrom.count(Shadow.Reg))
    Value = {encodedToCompare({MBB, At, DL}, Value, N)};
  else
    Shadow.Reg = decode({MBB, At, DL}, Shadow.Reg);
  return IdentityCodec::check(MBB, At, DL, K, Value, Shadow);
}

void DeltaCodec::checkSlot(MachineBasicBlock &MBB,
                           MachineBasicBlock::iterator At, DebugLoc DL,
                           crit_check_kind K, Register Shadow, int Slot,
                           unsigned Log2Width) {
  if (!(DroppedChecks >> K & 1))
    Shadow = decode({MBB, At, DL}, Shadow);
  checkPlainSlot(MBB, At, DL, K, Shadow, Slot, Log2Width);
}

/// Decoded values and views live longer than what they stand for: a landing
/// would not have them.
void DeltaCodec::mirrored() {
  EncodedHere.clear();
  Addresses.clear();
  ViewsOf.clear();
  ScaledFrom.clear();
}

bool DeltaCodec::verifyLoads(MachineBasicBlock &MBB,
                             MachineBasicBlock::iterator At,
                             MachineInstr &Master, MachineInstr &Shadow,
                             Register NewMaster, Register NewShadow) {
  if (!isGeneral(NewShadow))
    return IdentityCodec::verifyLoads(MBB, At, Master, Shadow, NewMaster,
                                      NewShadow);
  if (Memory.of(Master)) // nobody else writes there, and the codes differ
    return false;
  // Shadow encodes what its load got; what is compared are the raw values.
  MachineInstr *Not = &Shadow;
  if (Register From = ScaledFrom.lookup(NewShadow))
    Not = MRI.getVRegDef(From);
  MachineInstr *Load = MRI.getVRegDef(Not->getOperand(1).getReg());
  if (!Load || !Load->mayLoad() || Load->getOpcode() != Master.getOpcode())
    return false;
  Register Raw = MRI.cloneVirtualRegister(NewShadow);
  if (!IdentityCodec::verifyLoads(MBB, At, Master, *Load, NewMaster, Raw))
    return false;
  Not->getOperand(1).setReg(Raw);
  MBB.splice(At, &MBB, Not->getIterator(), std::next(Shadow.getIterator()));
  return true;
}

//===----------------------------------------------------------------------===//
// The copy of an instruction
//===----------------------------------------------------------------------===//

/// The condition that the copy of a reader of flags must ask.
unsigned DeltaCodec::condOf(const MachineInstr &Reader) {
  unsigned CC = Reader.getOperand(*T.condOperand(Reader)).getImm();
  FlagView View = ReadersOf.lookup(&Reader);
  ReadersOf.erase(&Reader);
  return viewCond(View, CC);
}

/// On decoded operands, as it is; results encoded.
MachineInstr *DeltaCodec::decoded(MachineInstr &MI, const Place &P,
                                  ShadowLookup Shadow) {
  MachineInstr *S = MF.CloneMachineInstr(&MI);
  SmallVector<std::pair<Register, Register>, 2> Results;
  DenseMap<Register, Register> Decoded;
  for (MachineOperand &MO : S->operands()) {
    if (!MO.isReg() || !MO.getReg().isVirtual()) {
      if (MO.isReg() && MO.isUse())
        MO.setIsKill(false);
      continue;
    }
    Register R = MO.getReg();
    if (MO.isUse())
      MO.setIsKill(false);
    if (!isEncoded(R, Shadow) || (MO.isUse() && MO.isUndef())) {
      MO.setReg(Shadow(R));
    } else if (MO.isDef()) {
      Register Raw = MRI.cloneVirtualRegister(R);
      Results.push_back({Shadow(R), Raw});
      MO.setReg(Raw);
      MO.setIsDead(false);
    } else {
      Register &D = MI.mayLoad() ? Addresses[{&P.MBB, R}] : Decoded[R];
      if (!D)
        D = decode(P, Shadow(R));
      MO.setReg(D);
    }
  }
  if (T.condOperand(MI))
    S->getOperand(*T.condOperand(MI)).setImm(condOf(MI));
  P.MBB.insert(P.At, S);
  MachineInstr *Last = S;
  for (auto [To, Raw] : Results) {
    complementTo(P, To, Raw);
    EncodedHere.insert(To);
    Last = &*std::prev(P.At);
  }
  return Last;
}

bool DeltaCodec::allEncoded(const MachineInstr &MI,
                            ShadowLookup Shadow) const {
  for (const MachineOperand &MO : MI.operands()) {
    if (!MO.isReg() || !MO.getReg() || MO.getReg() == T.EFLAGS)
      continue;
    if (!isEncoded(MO.getReg(), Shadow) || (MO.isUse() && MO.isUndef()))
      return false;
  }
  return true;
}

/// What was computed, in the code or not, and is now used in part. What comes from
/// memory, calls and other blocks' PHIs was compared where it left, or is where it
/// was computed.
bool DeltaCodec::hides(const MachineInstr &MI, const MachineOperand &MO) const {
  if (!CheckLossy || !isGeneral(MO.getReg()) || MI.mayLoadOrStore())
    return false;
  const MachineInstr *D = MRI.getVRegDef(MO.getReg());
  if (!D || D->isPHI() || D->isCopy() || D->mayLoad() || D->isImplicitDef() ||
      D->isSubregToReg() || D->isMoveImmediate())
    return false;
  StringRef N = T.name(MI);
  return MO.getSubReg() ||
         llvm::any_of(ArrayRef<StringRef>{"AND", "TEST", "CMP", "OR", "SHR",
                                          "SAR", "SHL", "DIV", "IDIV"},
                      [&](StringRef P) { return N.starts_with(P); });
}

/// Moves bits about and nothing else, so that complements stay complements.
bool DeltaCodec::transport(const MachineInstr &MI) const {
  StringRef N = T.name(MI);
  return MI.isCopy() || MI.isInsertSubreg() || N == "MOV32rr" ||
         N == "MOV64rr" || N.starts_with("MOVSX16rr") ||
         N.starts_with("MOVSX32rr") || N.starts_with("MOVSX64rr") ||
         N == "RORX32ri" || N == "RORX64ri";
}

/// LEA of a stack slot: another sum than the native copy's, then the complement.
Register DeltaCodec::slotAddress(const MachineInstr &MI, const Place &P,
                                 ShadowLookup Shadow) {
  if (T.name(MI) != "LEA64r" || !MI.getOperand(1).isFI() ||
      !MI.getOperand(4).isImm() || MI.getOperand(5).getReg())
    return Register();
  Register Index = MI.getOperand(3).getReg();
  if (Index && !isEncoded(Index, Shadow))
    return Register();
  Register R = MRI.createVirtualRegister(T.regClass("GR64"));
  BuildMI(P.MBB, P.At, P.DL, TII.get(MI.getOpcode()), R)
      .addFrameIndex(MI.getOperand(1).getIndex())
      .addImm(1)
      .addReg(0)
      .addImm(MI.getOperand(4).getImm() + 1)
      .addReg(0);
  auto Decode = [&](Register R) { return decode(P, R); };
  DeltaBuilder B(P.MBB, P.At, P.DL, 64, Decode);
  R = B.lead(complement(P, R), 1);
  if (!Index)
    return R;
  unsigned Scale = MI.getOperand(2).getImm();
  return B.sum(R, Scale, shadowUse(P, MI.getOperand(3), Shadow), Scale);
}

Register DeltaCodec::lowered(MachineInstr &MI, const Place &P,
                             ShadowLookup Shadow) {
  if (Register R = deltaConstant(MI, P.MBB, P.At,
                                 [](uint64_t C) { return ~C; }))
    return R;
  if (Register R = slotAddress(MI, P, Shadow))
    return R;
  const DeltaRow *Row = deltaRow(MI, T);
  if (!Row)
    return Register();
  // Registers that the operation itself names, CL, stay.
  for (const MachineOperand &MO : MI.operands())
    if (MO.isReg() && MO.getReg() && MO.getReg() != T.EFLAGS &&
        !(MO.getReg().isPhysical() && MO.isImplicit() && MO.isUse() &&
          Row->Form == DeltaForm::RC))
      if (!isEncoded(MO.getReg(), Shadow) || (MO.isUse() && MO.isUndef()))
        return Register();
  DeltaOperands O;
  if (!deltaOperands(MI, *Row, O, [&](unsigned I) {
        return shadowUse(P, MI.getOperand(I), Shadow);
      }))
    return Register();
  auto Decode = [&](Register R) { return decode(P, R); };
  return DeltaBuilder(P.MBB, P.At, P.DL, Row->Width, Decode).row(Row->Row, O);
}

/// SETCC and CMOV. A complement is selected like a value.
MachineInstr *DeltaCodec::select(MachineInstr &MI, const Place &P,
                                 ShadowLookup Shadow) {
  if (MI.getOpcode() != T.SETCCr) {
    unsigned CC = condOf(MI);
    MachineInstr *S = IdentityCodec::mirror(MI, P.MBB, P.At, Shadow);
    S->getOperand(*T.condOperand(MI)).setImm(CC);
    return S;
  }
  return decoded(MI, P, Shadow);
}

MachineInstr *DeltaCodec::mirrorComplements(MachineInstr &MI,
                                            MachineBasicBlock &MBB,
                                            MachineBasicBlock::iterator At,
                                            ShadowLookup Shadow) {
  Place P{MBB, At, MI.getDebugLoc()};
  auto Last = [&] { return &*std::prev(At); };
  bool General = false;
  for (const MachineOperand &MO : MI.operands())
    General |= MO.isReg() && MO.getReg().isVirtual() &&
               isEncoded(MO.getReg(), Shadow);
  auto Plainly = [&] {
    StringRef N = T.name(MI);
    N.consume_front("V");
    if (MI.mayLoad() && N.starts_with("MOV"))
      ++Stats.Loads; // others compute, too
    else if (!MI.isCopy() && !MI.isSubregToReg()) {
      ++Stats.Plain;
      ++Stats.PlainOpcodes[T.name(MI).str()];
    }
    return General ? decoded(MI, P, Shadow)
                   : IdentityCodec::mirror(MI, MBB, At, Shadow);
  };
  if (const ShadowMemory::Object *O = Memory.of(MI))
    return shadowLoad(MI, *O, P, Shadow);
  if (!General || MI.mayLoad())
    return Plainly();
  bool Encoded = allEncoded(MI, Shadow);
  if (Encoded && transport(MI)) {
    ++Stats.Coded;
    return IdentityCodec::mirror(MI, MBB, At, Shadow);
  }
  if (Encoded && T.condOperand(MI) && !MI.isTerminator()) {
    ++Stats.Coded;
    return select(MI, P, Shadow);
  }
  if (CarryReaders.erase(&MI)) {
    Register R = carried(MI, P, Shadow, /*First=*/false);
    MRI.getVRegDef(R)->getOperand(0).setReg(Shadow(MI.getOperand(0).getReg()));
    ++Stats.Coded;
    return Last();
  }
  if (T.readsFlags(MI))
    return Plainly();
  if (wide(MI, P, Shadow)) {
    ++Stats.Coded;
    return Last();
  }
  // In front of MI its flags are not wanted: whoever needs them asks for them.
  bool Flags = T.definesLiveFlags(MI) && At != MI.getIterator();
  FlagPlan How = FlagPlan::Decode;
  SmallVector<MachineInstr *, 4> Readers;
  SmallVector<unsigned, 4> Conds;
  if (Flags) {
    if (carries(MI, Shadow, Readers)) {
      CarryReaders.insert(Readers.begin(), Readers.end());
      Register R = carried(MI, P, Shadow, /*First=*/true);
      MRI.getVRegDef(R)->getOperand(0).setReg(
          Shadow(MI.getOperand(0).getReg()));
      ++Stats.Coded;
      return Last();
    }
    Readers.clear();
    bool Known = readersOf(MI, Readers, Conds);
    if (!Known)
      Conds.push_back(CC_O); // asks for the flags as they are
    How = planFlags(MI, Conds, Shadow);
    if (How == FlagPlan::Decode || (!Known && How != FlagPlan::Swap))
      return Plainly();
  }
  bool Result = MI.getNumExplicitDefs() != 0;
  if (Result) {
    Register R = lowered(MI, P, Shadow);
    if (!R)
      return Plainly();
    MRI.getVRegDef(R)->getOperand(0).setReg(Shadow(MI.getOperand(0).getReg()));
  }
  ++Stats.Coded;
  if (Flags) {
    FlagView View = viewOf(How, Conds);
    makeFlags(MI, How, View, P, Shadow);
    for (const MachineInstr *R : Readers)
      ReadersOf[R] = View;
  } else if (!Result) {
    return Plainly(); // nobody asks
  }
  return Last();
}
