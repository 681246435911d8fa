//===- PaperCodec.cpp - two encoded copies, as published ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "PaperCodec.h"
#include "Lowering.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace crit;

PaperCodec::PaperCodec(MachineFunction &MF, uint32_t DroppedChecks)
    : IdentityCodec(MF, DroppedChecks), TII(*MF.getSubtarget().getInstrInfo()),
      Domains(MF, DeltaScheme::Paper, A2) {}

void PaperCodec::paired(Register R, Register Shadow) {
  if (Domains.isAffine(R))
    Coded.insert(Shadow);
}

Register PaperCodec::times(const Place &P, Register R, int64_t Factor) {
  auto Same = [](Register R) { return R; };
  unsigned N = bits({R});
  DeltaBuilder B(P.MBB, P.At, P.DL, N, Same);
  int64_t C = N == 64 ? Factor : SignExtend64<32>(Factor);
  Register To = isInt<32>(C) ? B.muli(R, C) : B.mul(R, B.constant(C));
  MRI.setRegClass(To, MRI.getRegClass(R));
  return To;
}

void PaperCodec::timesTo(const Place &P, Register To, Register R,
                         int64_t Factor) {
  MRI.getVRegDef(times(P, R, Factor))->getOperand(0).setReg(To);
}

Register PaperCodec::decode(const Place &P, Register Code, int64_t A) {
  return times(P, Code, int64_t(inverseOf(A)));
}

/// A part of a register in one of its own.
Register PaperCodec::partOf(const Place &P, Register R, unsigned Sub) {
  if (!Sub)
    return R;
  unsigned Bits = TRI.getSubRegIdxSize(Sub);
  Register Part =
      MRI.createVirtualRegister(T.regClass("GR" + std::to_string(Bits)));
  BuildMI(P.MBB, P.At, P.DL, TII.get(TargetOpcode::COPY), Part)
      .addReg(R, 0, Sub);
  return Part;
}

Register PaperCodec::lowered(MachineInstr &MI, const Place &P, int64_t A,
                             Lookup Code, Lookup Plain) {
  if (Register R = deltaConstant(MI, P.MBB, P.At, [A](uint64_t C) {
        return uint64_t(A) * C;
      }))
    return R;
  const DeltaRow *Row = deltaRow(MI, T, DeltaCode::Multiple);
  if (!Row || MI.mayLoadOrStore() || T.readsFlags(MI))
    return Register();
  for (const MachineOperand &MO : MI.operands())
    if (MO.isReg() && MO.getReg() && MO.getReg() != T.EFLAGS &&
        (!MO.getReg().isVirtual() || (MO.isUse() && MO.isUndef())))
      return Register();
  // What a row wants decoded is one of its own operands.
  DenseMap<Register, Register> InCode, EncodedHere;
  DeltaOperands O;
  if (!deltaOperands(MI, *Row, O, [&](unsigned I) {
        MachineOperand &MO = MI.getOperand(I);
        Register C = MO.getSubReg() ? Register() : Code(MO.getReg());
        if (!C) {
          Register R = partOf(P, Plain(MO.getReg()), MO.getSubReg());
          C = times(P, R, A);
          EncodedHere[C] = R;
        } else {
          InCode[C] = MO.getReg();
        }
        return C;
      }))
    return Register();
  auto Decode = [&](Register C) {
    Register R = EncodedHere.lookup(C);
    return R ? R : Plain(InCode.lookup(C));
  };
  return DeltaBuilder(P.MBB, P.At, P.DL, Row->Width, Decode)
      .multipleRow(Row->Row, O, A);
}

void PaperCodec::adopt(MachineBasicBlock &MBB, MachineBasicBlock::iterator At,
                       DebugLoc DL, RegRef Value, Register Shadow) {
  if (!isCoded(Shadow))
    return IdentityCodec::adopt(MBB, At, DL, Value, Shadow);
  Register Copy = MRI.cloneVirtualRegister(Shadow);
  BuildMI(MBB, At, DL, TII.get(TargetOpcode::COPY), Copy)
      .addReg(Value.Reg, 0, Value.Sub);
  timesTo({MBB, At, DL}, Shadow, Copy, A2);
}

bool PaperCodec::check(MachineBasicBlock &MBB, MachineBasicBlock::iterator At,
                       DebugLoc DL, crit_check_kind K, RegRef Value,
                       RegRef Shadow) {
  if (!isCoded(Shadow.Reg) || DroppedChecks >> K & 1)
    return IdentityCodec::check(MBB, At, DL, K, Value, Shadow);
  Place P{MBB, At, DL};
  if (Shadow.Sub) {
    Shadow.Reg = decode(P, Shadow.Reg, A2);
  } else {
    Register Copy = MRI.createVirtualRegister(
        T.regClass(bits(Shadow) == 64 ? "GR64" : "GR32"));
    BuildMI(MBB, At, DL, TII.get(TargetOpcode::COPY), Copy)
        .addReg(Value.Reg, 0, Value.Sub);
    Value = {times(P, Copy, A2)};
  }
  return IdentityCodec::check(MBB, At, DL, K, Value, Shadow);
}

void PaperCodec::checkSlot(MachineBasicBlock &MBB,
                           MachineBasicBlock::iterator At, DebugLoc DL,
                           crit_check_kind K, Register Shadow, int Slot,
                           unsigned Log2Width) {
  if (isCoded(Shadow) && !(DroppedChecks >> K & 1))
    Shadow = decode({MBB, At, DL}, Shadow, A2);
  checkPlainSlot(MBB, At, DL, K, Shadow, Slot, Log2Width);
}

bool PaperCodec::verifyLoads(MachineBasicBlock &MBB,
                             MachineBasicBlock::iterator At,
                             MachineInstr &Master, MachineInstr &Shadow,
                             Register NewMaster, Register NewShadow) {
  if (!isCoded(NewShadow))
    return IdentityCodec::verifyLoads(MBB, At, Master, Shadow, NewMaster,
                                      NewShadow);
  // Shadow encodes what its load got; what is compared are the raw values.
  MachineInstr *Load = MRI.getVRegDef(Shadow.getOperand(1).getReg());
  if (!Load || !Load->mayLoad() || Load->getOpcode() != Master.getOpcode())
    return false;
  Register Raw = MRI.cloneVirtualRegister(NewShadow);
  if (!IdentityCodec::verifyLoads(MBB, At, Master, *Load, NewMaster, Raw))
    return false;
  Shadow.getOperand(1).setReg(Raw);
  MBB.splice(At, &MBB, Shadow.getIterator());
  return true;
}

MachineInstr *PaperCodec::mirror(MachineInstr &MI, MachineBasicBlock &MBB,
                                 MachineBasicBlock::iterator At,
                                 ShadowLookup Shadow) {
  Place P{MBB, At, MI.getDebugLoc()};
  auto CodeOf = [&](Register R) {
    Register S = R.isVirtual() ? Shadow(R) : R;
    return isCoded(S) ? S : Register();
  };
  auto View = [&](Register R) {
    Register S = R.isVirtual() ? Shadow(R) : R;
    if (!isCoded(S))
      return S;
    Register &V = ViewsOf[{&MBB, S}];
    if (!V)
      V = decode(P, S, A2);
    return V;
  };
  bool Any = llvm::any_of(MI.operands(), [&](const MachineOperand &MO) {
    return MO.isReg() && CodeOf(MO.getReg());
  });
  if (Any && DeltaDomains::transports(MI, T)) {
    for (const MachineOperand &MO : MI.operands())
      if (MO.isReg() && MO.getReg().isVirtual() && !CodeOf(MO.getReg()))
        reportFatalInternalError("crit: a web is in two codes");
    ++Stats.Coded;
    return IdentityCodec::mirror(MI, MBB, At, Shadow);
  }
  bool Flags = T.definesLiveFlags(MI) && At != MI.getIterator();
  bool Result = MI.getNumExplicitDefs() == 1 && MI.getOperand(0).isReg() &&
                CodeOf(MI.getOperand(0).getReg());
  if (Result && !Flags)
    if (Register R = lowered(MI, P, A2, CodeOf, View)) {
      MRI.getVRegDef(R)->getOperand(0).setReg(Shadow(MI.getOperand(0).getReg()));
      ++Stats.Coded;
      return &*std::prev(At);
    }
  StringRef N = T.name(MI);
  if (MI.mayLoad() && N.starts_with("MOV")) {
    ++Stats.Loads;
  } else if (!MI.isCopy() && !MI.isSubregToReg()) {
    ++Stats.Plain;
    ++Stats.PlainOpcodes[N.str()];
  }
  DenseMap<Register, Register> Views;
  SmallVector<std::pair<Register, Register>, 2> Results;
  for (const MachineOperand &MO : MI.operands()) {
    if (!MO.isReg() || !CodeOf(MO.getReg()) || Views.count(MO.getReg()))
      continue;
    if (MO.isDef()) {
      Register Raw = MRI.cloneVirtualRegister(MO.getReg());
      Results.push_back({Shadow(MO.getReg()), Raw});
      Views[MO.getReg()] = Raw;
    } else {
      Views[MO.getReg()] = View(MO.getReg());
    }
  }
  IdentityCodec::mirror(MI, MBB, At, [&](Register R) {
    auto It = Views.find(R);
    return It == Views.end() ? Shadow(R) : It->second;
  });
  for (auto [To, Raw] : Results)
    timesTo(P, To, Raw, A2);
  return &*std::prev(At);
}

//===----------------------------------------------------------------------===//
// Flags
//===----------------------------------------------------------------------===//

/// Equality is asked of the codes; an order is not, since they wrap around.
MachineInstr *PaperCodec::codedFlags(const MachineInstr &D, const Place &P,
                                     ShadowLookup Shadow) {
  StringRef N = T.name(D);
  N.consume_back("_DB");
  auto Whole = [&](unsigned I) -> Register {
    const MachineOperand &MO = D.getOperand(I);
    if (!MO.isReg() || !MO.getReg().isVirtual() || MO.getSubReg() ||
        MO.isUndef() || !isCoded(Shadow(MO.getReg())))
      return Register();
    return Shadow(MO.getReg());
  };
  auto Compare = [&](Register X, Register Y, unsigned Opc) -> MachineInstr * {
    if (!X || !Y)
      return nullptr;
    return BuildMI(P.MBB, P.At, P.DL, TII.get(Opc)).addReg(X).addReg(Y);
  };
  unsigned First = D.getNumExplicitDefs();
  if (N == "CMP32rr" || N == "SUB32rr")
    return Compare(Whole(First), Whole(First + 1), T.CMP32rr);
  if (N == "CMP64rr" || N == "SUB64rr")
    return Compare(Whole(First), Whole(First + 1), T.CMP64rr);
  if (N == "TEST32rr" && D.getOperand(0).getReg() == D.getOperand(1).getReg())
    return Compare(Whole(0), Whole(1), T.TEST32rr);
  if (N == "TEST64rr" && D.getOperand(0).getReg() == D.getOperand(1).getReg())
    return Compare(Whole(0), Whole(1), T.TEST64rr);
  bool Wide = N == "CMP64ri32";
  if (!Wide && N != "CMP32ri")
    return nullptr;
  if (!D.getOperand(1).isImm() || !Whole(0))
    return nullptr;
  int64_t C = A2 * D.getOperand(1).getImm();
  C = Wide ? C : SignExtend64<32>(C);
  if (!isInt<32>(C))
    return nullptr;
  return BuildMI(P.MBB, P.At, P.DL, TII.get(Wide ? T.CMP64ri32 : T.CMP32ri))
      .addReg(Whole(0))
      .addImm(C);
}

MachineInstr *PaperCodec::repeatFlags(MachineInstr &D, MachineBasicBlock &MBB,
                                      MachineBasicBlock::iterator At,
                                      ArrayRef<unsigned> Conds,
                                      ShadowLookup Shadow, FlagView &View) {
  FirstOwn = MRI.getNumVirtRegs();
  Place P{MBB, At, D.getDebugLoc()};
  View = FlagView::Same;
  if (llvm::all_of(Conds, [](unsigned C) { return C == CC_E || C == CC_NE; }))
    if (MachineInstr *F = codedFlags(D, P, Shadow))
      return F;
  DenseMap<Register, Register> Views;
  for (const MachineOperand &MO : D.operands())
    if (MO.isReg() && MO.getReg().isVirtual() && !Views.count(MO.getReg()))
      if (Register S = Shadow(MO.getReg()); isCoded(S))
        Views[MO.getReg()] = decode(P, S, A2);
  MachineInstr *MI = crit::repeatFlags(D, MBB, At, Conds, [&](Register R) {
    auto It = Views.find(R);
    return It == Views.end() ? Shadow(R) : It->second;
  });
  eraseUnused(MBB, MI ? MI->getIterator() : At, FirstOwn);
  return MI;
}

void PaperCodec::discard(MachineInstr &Flags) {
  MachineBasicBlock &MBB = *Flags.getParent();
  auto Next = std::next(Flags.getIterator());
  Flags.eraseFromParent();
  eraseUnused(MBB, Next, FirstOwn);
}
