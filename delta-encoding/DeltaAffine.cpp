//===- DeltaAffine.cpp - shadows A * ~x, and changes of the code ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What has no row in the affine code is done on complements: operands come
// through "views" (times the inverse of A), results leave times A. The code of
// complements (DeltaCodec.cpp, DeltaFlags.cpp) sees only complements.
//===----------------------------------------------------------------------===//
#include "DeltaCodec.h"
#include "Lowering.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace crit;

void DeltaCodec::paired(Register R, Register Shadow) {
  if (Domains.isAffine(R))
    AffineShadows.insert(Shadow);
}

/// S * A. Leaves EFLAGS alone if A allows it.
Register DeltaCodec::toAffine(const Place &P, Register S) {
  auto Decode = [&](Register R) { return decode(P, R); };
  Register R = DeltaBuilder(P.MBB, P.At, P.DL, bits({S}), Decode).times(S, A);
  MRI.setRegClass(R, MRI.getRegClass(S));
  AffineShadows.insert(R);
  ScaledFrom[R] = S;
  return R;
}

/// To = From * A
void DeltaCodec::toAffine(const Place &P, Register To, Register From) {
  Register R = toAffine(P, From);
  MRI.getVRegDef(R)->getOperand(0).setReg(To);
  ScaledFrom[To] = From;
}

/// The complement that an affine shadow stands for. Writes EFLAGS.
Register DeltaCodec::toComplement(const Place &P, Register S) {
  if (Register From = ScaledFrom.lookup(S))
    return From;
  unsigned N = bits({S});
  auto Decode = [&](Register R) { return decode(P, R); };
  DeltaBuilder B(P.MBB, P.At, P.DL, N, Decode);
  int64_t C = N == 64 ? int64_t(inverseOf(A)) : SignExtend64<32>(inverseOf(A));
  Register R = isInt<32>(C) ? B.muli(S, C) : B.mul(S, B.constant(C));
  MRI.setRegClass(R, MRI.getRegClass(S));
  return R;
}

/// The encoding of a register of the program's own, to be compared. EFLAGS is
/// free.
Register DeltaCodec::encodedToCompare(const Place &P, RegRef Value,
                                      unsigned Bits) {
  Register Copy =
      MRI.createVirtualRegister(T.regClass(Bits == 64 ? "GR64" : "GR32"));
  BuildMI(P.MBB, P.At, P.DL, TII.get(TargetOpcode::COPY), Copy)
      .addReg(Value.Reg, 0, Value.Sub);
  return toAffine(P, complement(P, Copy));
}

/// Flags of D that say whether it was zero, from affine shadows as they are.
MachineInstr *DeltaCodec::affineFlags(const MachineInstr &D, const Place &P,
                                      ShadowLookup Shadow) {
  StringRef N = T.name(D);
  unsigned W = N.contains("64") ? 64 : 32;
  auto Whole = [&](unsigned I) -> Register {
    const MachineOperand &MO = D.getOperand(I);
    if (!MO.isReg() || !MO.getReg().isVirtual() || MO.getSubReg() ||
        MO.isUndef() || !isAffine(Shadow(MO.getReg())))
      return Register();
    return Shadow(MO.getReg());
  };
  auto Compare = [&](Register R, int64_t With) -> MachineInstr * {
    uint64_t Code = uint64_t(A) * ~uint64_t(With);
    int64_t C = W == 64 ? int64_t(Code) : SignExtend64<32>(Code);
    if (!R || !isInt<32>(C))
      return nullptr;
    return BuildMI(P.MBB, P.At, P.DL, TII.get(W == 64 ? T.CMP64ri32 : T.CMP32ri))
        .addReg(R)
        .addImm(C);
  };
  N.consume_back("_DB");
  if (N == "CMP32rr" || N == "CMP64rr" || N == "SUB32rr" || N == "SUB64rr") {
    unsigned First = D.getNumExplicitDefs();
    Register X = Whole(First), Y = Whole(First + 1);
    if (!X || !Y)
      return nullptr;
    return BuildMI(P.MBB, P.At, P.DL, TII.get(W == 64 ? T.CMP64rr : T.CMP32rr))
        .addReg(Y)
        .addReg(X);
  }
  if ((N == "CMP32ri" || N == "CMP64ri32") && D.getOperand(1).isImm())
    return Compare(Whole(0), D.getOperand(1).getImm());
  if ((N == "TEST32rr" || N == "TEST64rr") &&
      D.getOperand(0).getReg() == D.getOperand(1).getReg() &&
      !D.getOperand(1).getSubReg())
    return Compare(Whole(0), 0);
  bool Result = (N.starts_with("ADD") || N.starts_with("SUB") ||
                 N.starts_with("INC") || N.starts_with("DEC") ||
                 N.starts_with("NEG")) &&
                D.getNumExplicitDefs() == 1 && deltaRow(D, T, DeltaCode::Affine);
  return Result ? Compare(Whole(0), 0) : nullptr;
}

/// MI as a row of the affine code; invalid if it is none.
Register DeltaCodec::affineLowered(MachineInstr &MI, const Place &P,
                                   ShadowLookup Shadow) {
  if (Register R = deltaConstant(MI, P.MBB, P.At, [this](uint64_t C) {
        return uint64_t(A) * ~C;
      }))
    return R;
  const DeltaRow *Row = deltaRow(MI, T, DeltaCode::Affine);
  if (!Row || MI.mayLoadOrStore() || T.readsFlags(MI) ||
      !allEncoded(MI, Shadow))
    return Register();
  DeltaOperands O;
  if (!deltaOperands(MI, *Row, O, [&](unsigned I) {
        Register S = Shadow(MI.getOperand(I).getReg());
        if (MI.getOperand(I).getSubReg())
          return toAffine(P, shadowUse(P, MI.getOperand(I), [&](Register) {
                            return isAffine(S) ? toComplement(P, S) : S;
                          }));
        return isAffine(S) ? S : toAffine(P, S);
      }))
    return Register();
  auto Decode = [&](Register R) { return decode(P, R); };
  return DeltaBuilder(P.MBB, P.At, P.DL, Row->Width, Decode)
      .affineRow(Row->Row, O, A);
}

MachineInstr *DeltaCodec::mirror(MachineInstr &MI, MachineBasicBlock &MBB,
                                 MachineBasicBlock::iterator At,
                                 ShadowLookup Shadow) {
  auto IsAffine = [&](const MachineOperand &MO) {
    return MO.isReg() && MO.getReg().isVirtual() &&
           isAffine(Shadow(MO.getReg()));
  };
  if (!Domains.any() || llvm::none_of(MI.operands(), IsAffine))
    return mirrorComplements(MI, MBB, At, Shadow);
  Place P{MBB, At, MI.getDebugLoc()};
  ++Stats.Affine;
  if (DeltaDomains::transports(MI, T)) {
    if (!allEncoded(MI, Shadow))
      reportFatalInternalError("crit: a web is in two codes");
    ++Stats.Coded;
    return T.condOperand(MI) ? select(MI, P, Shadow)
                             : IdentityCodec::mirror(MI, MBB, At, Shadow);
  }
  bool Flags = T.definesLiveFlags(MI) && At != MI.getIterator();
  bool Result = MI.getNumExplicitDefs() == 1 && IsAffine(MI.getOperand(0));
  if (Flags && MI.getNumExplicitDefs() == 0 && DeltaDomains::onlyEquality(MI, T))
    if (MachineInstr *F = affineFlags(MI, P, Shadow)) {
      ++Stats.Coded;
      return F;
    }
  if (Result && !Flags)
    if (Register R = affineLowered(MI, P, Shadow)) {
      MRI.getVRegDef(R)->getOperand(0).setReg(Shadow(MI.getOperand(0).getReg()));
      ++Stats.Coded;
      return &*std::prev(At);
    }
  DenseMap<Register, Register> Views;
  SmallVector<std::pair<Register, Register>, 2> Results;
  for (const MachineOperand &MO : MI.operands()) {
    if (!IsAffine(MO) || Views.count(MO.getReg()))
      continue;
    Register S = Shadow(MO.getReg());
    if (MO.isDef()) {
      Register To = MRI.cloneVirtualRegister(MO.getReg());
      Results.push_back({S, To});
      Views[MO.getReg()] = To;
      continue;
    }
    Register &V = ViewsOf[{&MBB, S}];
    if (!V)
      V = toComplement(P, S);
    Views[MO.getReg()] = V;
  }
  mirrorComplements(MI, MBB, At, [&](Register R) {
    auto It = Views.find(R);
    return It == Views.end() ? Shadow(R) : It->second;
  });
  for (auto [To, From] : Results)
    toAffine(P, To, From);
  return &*std::prev(At);
}

MachineInstr *DeltaCodec::repeatFlags(MachineInstr &D, MachineBasicBlock &MBB,
                                      MachineBasicBlock::iterator At,
                                      ArrayRef<unsigned> Conds,
                                      ShadowLookup Shadow, FlagView &View) {
  FirstOwn = MRI.getNumVirtRegs();
  if (!Domains.any())
    return repeatFlagsOfComplements(D, MBB, At, Conds, Shadow, View);
  Place P{MBB, At, D.getDebugLoc()};
  View = FlagView::Same;
  if (llvm::all_of(Conds, [](unsigned C) { return C == CC_E || C == CC_NE; }))
    if (MachineInstr *F = affineFlags(D, P, Shadow))
      return F;
  // Not those of mirror(): this is another place.
  DenseMap<Register, Register> Views;
  for (const MachineOperand &MO : D.operands())
    if (MO.isReg() && MO.getReg().isVirtual() && !Views.count(MO.getReg()))
      if (Register S = Shadow(MO.getReg()); isAffine(S))
        Views[MO.getReg()] = toComplement(P, S);
  MachineInstr *MI =
      repeatFlagsOfComplements(D, MBB, At, Conds, [&](Register R) {
        auto It = Views.find(R);
        return It == Views.end() ? Shadow(R) : It->second;
      }, View);
  eraseUnused(MBB, MI ? MI->getIterator() : At, FirstOwn);
  return MI;
}
