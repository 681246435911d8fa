//===- DeltaFlags.cpp - conditions of complements -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// x < y exactly if ~y < ~x, signed and unsigned, so compares of complements are
// asked the mirrored condition: other operands, another difference (y - x), other
// flags than the native compare's. A test of x against 0 is a compare of ~x with
// -1. Overflow and parity of a difference have no mirror; CMP ~y, ~x computes the
// very same difference and flags.
//===----------------------------------------------------------------------===//
#include "DeltaCodec.h"
#include "Lowering.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace crit;

/// Family, width and suffix of an opcode: CMP 32 rr.
namespace {
struct Shape {
  StringRef Family, Suffix;
  unsigned Width = 0;
};
} // namespace

static Shape shapeOf(StringRef N) {
  size_t At = N.find_first_of("0123456789");
  if (At == StringRef::npos)
    return {N, "", 0};
  Shape S{N.take_front(At), N.drop_front(At), 0};
  if (S.Suffix.consumeInteger(10, S.Width))
    return {N, "", 0};
  S.Suffix.consume_back("_DB");
  return S;
}

static bool noneOf(ArrayRef<unsigned> Conds, ArrayRef<unsigned> Which) {
  return llvm::none_of(Conds,
                       [&](unsigned C) { return llvm::is_contained(Which, C); });
}

/// All that read D's flags, in D's block. False if one of them asks for other
/// things than a condition, or they are read elsewhere.
bool DeltaCodec::readersOf(MachineInstr &D,
                           SmallVectorImpl<MachineInstr *> &Readers,
                           SmallVectorImpl<unsigned> &Conds) const {
  MachineBasicBlock &MBB = *D.getParent();
  for (auto I = std::next(D.getIterator()); I != MBB.end(); ++I) {
    if (I->isDebugInstr())
      continue;
    if (T.readsFlags(*I)) {
      auto Op = T.condOperand(*I);
      if (!Op || I->isTerminator())
        return false;
      Readers.push_back(&*I);
      Conds.push_back(I->getOperand(*Op).getImm());
    }
    if (I->modifiesRegister(T.EFLAGS, &TRI))
      return true;
  }
  return llvm::none_of(MBB.successors(), [&](const MachineBasicBlock *S) {
    return S->isLiveIn(T.EFLAGS);
  });
}

DeltaCodec::FlagPlan DeltaCodec::planFlags(const MachineInstr &D,
                                           ArrayRef<unsigned> Conds,
                                           ShadowLookup Shadow) const {
  Shape S = shapeOf(T.name(D));
  if (!S.Width || !allEncoded(D, Shadow) || D.mayLoadOrStore())
    return FlagPlan::Decode;
  bool Mirrors = noneOf(Conds, {CC_O, CC_NO, CC_P, CC_NP, CC_S, CC_NS});
  bool ZeroTest = noneOf(Conds, {CC_O, CC_NO, CC_P, CC_NP});
  bool Rr = S.Suffix == "rr", Ri = S.Suffix == "ri" || S.Suffix == "ri32";
  unsigned First = D.getNumExplicitDefs();
  if ((Ri && !D.getOperand(First + 1).isImm()) ||
      D.getNumExplicitOperands() < First + 1)
    return FlagPlan::Decode;
  if (S.Family == "CMP" || S.Family == "SUB") {
    if (Rr)
      return Mirrors ? FlagPlan::Compare : FlagPlan::Swap;
    if (Ri && Mirrors)
      return FlagPlan::Imm;
  }
  if (S.Family == "TEST" && ZeroTest) {
    if (Ri)
      return FlagPlan::OrImm;
    const MachineOperand &A = D.getOperand(0), &B = D.getOperand(1);
    if (Rr)
      return A.getReg() == B.getReg() && A.getSubReg() == B.getSubReg()
                 ? FlagPlan::Test
                 : FlagPlan::Or;
  }
  if (!First || !ZeroTest)
    return FlagPlan::Decode;
  if ((Rr || Ri) &&
      (S.Family == "AND" || S.Family == "OR" || S.Family == "XOR"))
    return FlagPlan::Result;
  // Zero and sign come from the result.
  bool OnlyResult = llvm::all_of(Conds, [](unsigned C) {
    return C == CC_E || C == CC_NE || C == CC_S || C == CC_NS;
  });
  bool Arith = ((Rr || Ri) && (S.Family == "ADD" || S.Family == "SUB")) ||
               (S.Suffix == "r" && (S.Family == "INC" || S.Family == "DEC" ||
                                    S.Family == "NEG"));
  bool Shift = S.Suffix == "ri" &&
               (S.Family == "SHL" || S.Family == "SHR" || S.Family == "SAR") &&
               (D.getOperand(2).getImm() & 31);
  return OnlyResult && (Arith || Shift) ? FlagPlan::Result : FlagPlan::Decode;
}

/// Carry tells orders without sign, sign and overflow those with one. A unit that
/// gets one of these wrong every time must not decide for both copies, so an order
/// is asked of the others: of the operands plus the highest bit.
FlagView DeltaCodec::viewOf(FlagPlan How, ArrayRef<unsigned> Conds) {
  if (How == FlagPlan::Swap)
    return FlagView::Same;
  bool Equality = llvm::all_of(
      Conds, [](unsigned C) { return C == CC_E || C == CC_NE; });
  return Equality ? FlagView::Mirrored : FlagView::Crossed;
}

MachineInstr *DeltaCodec::makeFlags(MachineInstr &D, FlagPlan How,
                                    FlagView View, const Place &P,
                                    ShadowLookup Shadow) {
  Shape S = shapeOf(T.name(D));
  unsigned First = D.getNumExplicitDefs();
  std::string W = std::to_string(S.Width);
  auto Compare = [&](const char *Suffix) {
    return BuildMI(P.MBB, P.At, P.DL, TII.get(T.opcode("CMP" + W + Suffix)));
  };
  auto Use = [&](unsigned I) { return shadowUse(P, D.getOperand(I), Shadow); };
  auto Inverted = [&](unsigned I) {
    int64_t C = ~D.getOperand(I).getImm();
    return S.Width == 64 ? C : SignExtend64(uint64_t(C), S.Width);
  };
  auto Decode = [&](Register R) { return decode(P, R); };
  DeltaBuilder B(P.MBB, P.At, P.DL, S.Width, Decode);
  // None of this writes EFLAGS.
  bool Crossed = View == FlagView::Crossed;
  int64_t Highest = int64_t(uint64_t(1) << (S.Width - 1));
  Register HighestBit = Crossed && S.Width == 64 ? B.constant(Highest) : Register();
  auto Moved = [&](Register R) {
    return HighestBit ? B.lea(R, 1, HighestBit, 0)
           : Crossed  ? B.lead(R, Highest)
                      : R;
  };
  auto CompareImm = [&](Register R, int64_t C) -> MachineInstr * {
    R = Moved(R);
    if (Crossed)
      C = S.Width == 64 ? C ^ Highest : SignExtend64(uint64_t(C ^ Highest), S.Width);
    if (!isInt<32>(C)) {
      Register With = B.constant(C);
      return Compare("rr").addReg(R).addReg(With);
    }
    return Compare(S.Width == 64 ? "ri32" : "ri").addReg(R).addImm(C);
  };
  auto Zero = [&](Register R) { return CompareImm(R, -1); };
  switch (How) {
  case FlagPlan::Compare:
  case FlagPlan::Swap: {
    Register X = Use(First), Y = Use(First + 1);
    if (How == FlagPlan::Swap)
      std::swap(X, Y);
    X = Moved(X);
    Y = Moved(Y);
    return Compare("rr").addReg(X).addReg(Y);
  }
  case FlagPlan::Imm:
    return CompareImm(Use(First), Inverted(First + 1));
  case FlagPlan::Test:
    return Zero(Use(First));
  case FlagPlan::Or: {
    Register X = Use(First), Y = Use(First + 1);
    return Zero(B.ior(X, Y));
  }
  case FlagPlan::OrImm:
    return Zero(B.iori(Use(First), Inverted(First + 1)));
  case FlagPlan::Result:
    return Zero(Shadow(D.getOperand(0).getReg()));
  case FlagPlan::Decode:
    break;
  }
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Carry chains
//===----------------------------------------------------------------------===//
//
//   ADD x0, y0                     STC; ADC a0, b0
//   ADC x1, y1                     ADC a1, b1
//
// ~(x + y + c) = a + b + !c, whose carry is the inverted one again; the same
// holds of SUB and SBB.

static bool isCarryForm(const MachineInstr &MI, const Shape &S) {
  return S.Width >= 8 && MI.getNumExplicitDefs() == 1 &&
         (S.Suffix == "rr" ||
          ((S.Suffix == "ri" || S.Suffix == "ri32") &&
           MI.getOperand(2).isImm()));
}

/// D starts a chain of ADC and SBB, found in Chain, and nobody else reads a flag.
bool DeltaCodec::carries(MachineInstr &D, ShadowLookup Shadow,
                         SmallVectorImpl<MachineInstr *> &Chain) const {
  Shape S = shapeOf(T.name(D));
  if ((S.Family != "ADD" && S.Family != "SUB") || !isCarryForm(D, S) ||
      !allEncoded(D, Shadow))
    return false;
  MachineBasicBlock &MBB = *D.getParent();
  for (auto I = std::next(D.getIterator()); I != MBB.end(); ++I) {
    if (I->isDebugInstr())
      continue;
    if (!T.readsFlags(*I)) {
      if (I->modifiesRegister(T.EFLAGS, &TRI))
        return !Chain.empty(); // the last one's flags were not wanted
      continue;
    }
    S = shapeOf(T.name(*I));
    if ((S.Family != "ADC" && S.Family != "SBB") || !isCarryForm(*I, S) ||
        !allEncoded(*I, Shadow))
      return false;
    Chain.push_back(&*I);
    if (!T.definesLiveFlags(*I))
      return true;
  }
  return false;
}

Register DeltaCodec::carried(MachineInstr &MI, const Place &P,
                             ShadowLookup Shadow, bool First) {
  Shape S = shapeOf(T.name(MI));
  std::string Opcode =
      (S.Family == "ADD" || S.Family == "ADC" ? "ADC" : "SBB") +
      std::to_string(S.Width) + S.Suffix.str();
  Register A = shadowUse(P, MI.getOperand(1), Shadow), B;
  if (S.Suffix == "rr")
    B = shadowUse(P, MI.getOperand(2), Shadow);
  if (First)
    BuildMI(P.MBB, P.At, P.DL, TII.get(T.opcode("STC")));
  Register R = MRI.cloneVirtualRegister(MI.getOperand(0).getReg());
  MachineInstrBuilder C =
      BuildMI(P.MBB, P.At, P.DL, TII.get(T.opcode(Opcode)), R).addReg(A);
  if (B)
    C.addReg(B);
  else
    C.addImm(S.Width == 64
                 ? ~MI.getOperand(2).getImm()
                 : SignExtend64(~MI.getOperand(2).getImm(), S.Width));
  return R;
}

MachineInstr *DeltaCodec::repeatFlagsOfComplements(
    MachineInstr &D, MachineBasicBlock &MBB, MachineBasicBlock::iterator At,
    ArrayRef<unsigned> Conds, ShadowLookup Shadow, FlagView &View) {
  Place P{MBB, At, D.getDebugLoc()};
  View = FlagView::Same;
  FlagPlan How = planFlags(D, Conds, Shadow);
  if (How != FlagPlan::Decode) {
    View = viewOf(How, Conds);
    return makeFlags(D, How, View, P, Shadow);
  }
  DenseMap<Register, Register> Decoded;
  for (const MachineOperand &MO : D.operands())
    if (MO.isReg() && MO.getReg().isVirtual() &&
        isEncoded(MO.getReg(), Shadow) && !Decoded.count(MO.getReg()))
      Decoded[MO.getReg()] = decode(P, Shadow(MO.getReg()));
  MachineInstr *MI = crit::repeatFlags(D, MBB, At, Conds, [&](Register R) {
    auto It = Decoded.find(R);
    return It == Decoded.end() ? Shadow(R) : It->second;
  });
  eraseUnused(MBB, MI ? MI->getIterator() : At, FirstOwn);
  return MI;
}

void DeltaCodec::discard(MachineInstr &Flags) {
  MachineBasicBlock &MBB = *Flags.getParent();
  auto Next = std::next(Flags.getIterator());
  Flags.eraseFromParent();
  eraseUnused(MBB, Next, FirstOwn);
}
