//===- DeltaWide.cpp - products and quotients of two registers ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// MUL, IMUL, DIV and IDIV take and leave fixed registers, which hold plain
// values in both copies. With x = RAX, y the operand, a = ~x, b = ~y, n bits:
//
//   native                shadow
//     RDX:RAX = x * y       RDX:RAX = a * y
//                           RDX:RAX + y + 2^n * b + (2^n - 1)  = ~(x * y)
//                           (signed: + y - 1, y sign-extended)
//     RAX = RDX:RAX / y     q = the native quotient, never divided again
//                           h:r = RDX:RAX - q * y
//                           e = h | (0 if r < y else -1)
//                           quotient q - e, remainder r - e
//
// q is right exactly if h = 0 and r < y (signed: h the sign of r, the absolute
// values of r and y, and r of the dividend's sign or 0); else the shadow's
// results are not the native ones.
//===----------------------------------------------------------------------===//
#include "DeltaCodec.h"
#include "WideSteps.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"

using namespace llvm;
using namespace crit;

namespace {

/// The back end of WideSteps.h that makes machine code.
class WideCode : public WideSteps<WideCode, Register> {
public:
  WideCode(MachineBasicBlock &MBB, MachineBasicBlock::iterator At, DebugLoc DL,
           unsigned Width, MCRegister Low, MCRegister High)
      : MBB(MBB), At(At), DL(DL), Width(Width), Low(Low), High(High),
        T(X86Table::get(*MBB.getParent())),
        TII(*MBB.getParent()->getSubtarget().getInstrInfo()),
        MRI(MBB.getParent()->getRegInfo()) {}

  Register take(MCRegister Fixed) {
    Register R = fresh();
    BuildMI(MBB, At, DL, TII.get(TargetOpcode::COPY), R).addReg(Fixed);
    return R;
  }
  void give(MCRegister Fixed, Register R) {
    BuildMI(MBB, At, DL, TII.get(TargetOpcode::COPY), Fixed).addReg(R);
  }

  std::pair<Register, Register> multiply(bool Signed, Register A, Register B) {
    give(Low, A);
    BuildMI(MBB, At, DL, TII.get(opcode(Signed ? "IMUL" : "MUL", "r")))
        .addReg(B);
    Register L = take(Low);
    return {L, take(High)};
  }
  Register inv(Register A) { return make("NOT", "r", {A}); }
  Register add(Register A, Register B) { return make("ADD", "rr", {A, B}); }
  Register addi(Register A, int64_t C) { return make("ADD", imm(), {A}, C); }
  Register adc(Register A, Register B) { return make("ADC", "rr", {A, B}); }
  Register adci(Register A, int64_t C) { return make("ADC", imm(), {A}, C); }
  Register sub(Register A, Register B) { return make("SUB", "rr", {A, B}); }
  Register sbb(Register A, Register B) { return make("SBB", "rr", {A, B}); }
  Register exor(Register A, Register B) { return make("XOR", "rr", {A, B}); }
  Register ior(Register A, Register B) { return make("OR", "rr", {A, B}); }
  Register sign(Register A) { return make("SAR", "ri", {A}, Width - 1); }
  /// All ones if A < B, unsigned, else 0.
  Register below(Register A, Register B) {
    BuildMI(MBB, At, DL, TII.get(opcode("CMP", "rr"))).addReg(A).addReg(B);
    Register R = fresh();
    BuildMI(MBB, At, DL,
            TII.get(T.opcode(Width == 64 ? "SETB_C64r" : "SETB_C32r")), R);
    return R;
  }

private:
  unsigned opcode(StringRef Op, StringRef Suffix) {
    return T.opcode((Op + Twine(Width) + Suffix).str());
  }
  StringRef imm() const { return Width == 64 ? "ri32" : "ri"; }
  Register fresh() {
    return MRI.createVirtualRegister(T.regClass(Width == 64 ? "GR64" : "GR32"));
  }
  Register make(StringRef Op, StringRef Suffix, ArrayRef<Register> In,
                std::optional<int64_t> C = std::nullopt) {
    Register R = fresh();
    MachineInstrBuilder B =
        BuildMI(MBB, At, DL, TII.get(opcode(Op, Suffix)), R);
    for (Register I : In)
      B.addReg(I);
    if (C)
      B.addImm(*C);
    return R;
  }

  MachineBasicBlock &MBB;
  MachineBasicBlock::iterator At;
  DebugLoc DL;
  unsigned Width;
  MCRegister Low, High;
  const X86Table &T;
  const TargetInstrInfo &TII;
  MachineRegisterInfo &MRI;
};

} // namespace

bool DeltaCodec::wide(MachineInstr &MI, const Place &P, ShadowLookup Shadow) {
  StringRef N = T.name(MI);
  bool Signed = N.consume_front("I"), Divides = N.consume_front("DIV");
  if (!Divides && !N.consume_front("MUL"))
    return false;
  unsigned Width = N == "64r" ? 64 : N == "32r" ? 32 : 0;
  Register Y = MI.getOperand(0).isReg() ? MI.getOperand(0).getReg() : Register();
  if (!Width || !Y.isVirtual() || !isEncoded(Y, Shadow) ||
      MI.getOperand(0).isUndef() || T.definesLiveFlags(MI))
    return false;
  MCRegister Low = T.RAX, High;
  if (Width == 32)
    Low = TRI.getSubReg(Low, T.SubLow32);
  MachineOperand *LowDef = nullptr, *HighDef = nullptr;
  for (MachineOperand &MO : MI.implicit_operands())
    if (MO.isReg() && MO.isDef() && MO.getReg() != T.EFLAGS) {
      (MO.getReg() == Low ? LowDef : HighDef) = &MO;
      if (MO.getReg() != Low)
        High = MO.getReg().asMCReg();
    }
  if (!LowDef || !HighDef)
    return false;
  bool WantsLow = !LowDef->isDead(), WantsHigh = !HighDef->isDead();

  WideCode B(P.MBB, P.At, P.DL, Width, Low, High);
  Register EncodedY = shadowUse(P, MI.getOperand(0), Shadow);
  Register Decoded = MI.getOperand(0).getSubReg() ? B.inv(EncodedY)
                                                  : decode(P, EncodedY);
  std::pair<Register, Register> R;
  if (Divides) {
    // The native quotient, wherever it goes.
    WideCode Native(P.MBB, std::next(MI.getIterator()), P.DL, Width, Low, High);
    LowDef->setIsDead(false);
    Register Q = Native.take(Low);
    Register X = B.take(Low), Above = B.take(High);
    R = B.quotient(Signed, Q, X, Above, Decoded);
    // A wrong dividend makes both copies' results wrong, and two wrong ones
    // may decide alike.
    IdentityCodec::check(P.MBB, P.At, P.DL, CRIT_CHECK_Operand, {Q}, {R.first});
  } else {
    R = B.product(Signed, B.take(Low), Decoded, EncodedY);
  }
  if (WantsLow)
    B.give(Low, R.first);
  if (WantsHigh)
    B.give(High, R.second);
  return true;
}
