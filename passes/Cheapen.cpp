//===- Cheapen.cpp - cheaper forms of what will run twice -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Without SSE4.1 there is no multiplication of dwords; clang multiplies the even
// and the odd ones and puts the low halves of the products together:
//
//   e  = PMULUDQ a, b
//   o  = PMULUDQ (PSHUFD a, 3311), (PSHUFD b, 3311)        or invariant factors
//   r  = PUNPCKLDQ (PSHUFD e, 0223), (PSHUFD o, 0223)
//
// Cheaper, with the same bits in r:
//
//   t  = SHUFPS e, o, 0202
//   r  = PSHUFD t, 0213
//
// and where nobody reads the upper half of r (a <2 x i32>):
//
//   p  = PMULUDQ (PSHUFD a, 0011), (PSHUFD b, 0011)
//   r  = PSHUFD p, 0223
//===----------------------------------------------------------------------===//
#include "Cheapen.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineInstrBuilder.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

namespace {

class Products {
public:
  explicit Products(MachineFunction &MF)
      : MRI(MF.getRegInfo()), TII(*MF.getSubtarget().getInstrInfo()),
        T(X86Table::get(MF)) {}
  void rewrite(MachineInstr &Unpack);

private:
  MachineInstr *defines(const MachineOperand &MO, StringRef Name,
                        unsigned Pattern, bool Alone);
  bool lowHalfOnly(Register R, unsigned Depth);
  Register shuffle(MachineInstr &At, Register In, unsigned Pattern);
  void drop(MachineInstr &MI);

  MachineRegisterInfo &MRI;
  const TargetInstrInfo &TII;
  const X86Table &T;
};

enum : unsigned {
  Sel0011 = 0x50, ///< dwords, lowest first
  Sel0213 = 0xd8,
  Sel0223 = 0xe8,
  Sel1133 = 0xf5,
  Sel0202 = 0x88,
  NoPattern = ~0u
};

} // namespace

/// The instruction behind MO, if it is this one (with this selection).
MachineInstr *Products::defines(const MachineOperand &MO, StringRef Name,
                                unsigned Pattern, bool Alone) {
  if (!MO.isReg() || !MO.getReg().isVirtual() || MO.getSubReg() || MO.isUndef())
    return nullptr;
  MachineInstr *D = MRI.getVRegDef(MO.getReg());
  if (!D || T.name(*D) != Name || (Alone && !MRI.hasOneNonDBGUse(MO.getReg())))
    return nullptr;
  if (Pattern != NoPattern && (!D->getOperand(2).isImm() ||
                               (D->getOperand(2).getImm() & 0xff) != Pattern))
    return nullptr;
  for (unsigned I = 1, E = Pattern == NoPattern ? 3 : 2; I != E; ++I)
    if (!D->getOperand(I).isReg() || D->getOperand(I).getSubReg() ||
        D->getOperand(I).isUndef())
      return nullptr;
  return D;
}

/// Nothing that R's upper 64 bits hold is ever looked at.
bool Products::lowHalfOnly(Register R, unsigned Depth) {
  for (const MachineOperand &MO : MRI.use_nodbg_operands(R)) {
    const MachineInstr &U = *MO.getParent();
    StringRef N = T.name(U);
    if (MO.getSubReg())
      return false;
    if (N == "PUNPCKLDQrr" || N == "MOVPQI2QImr" || N == "MOVPQIto64rr")
      continue;
    bool LaneWise = N == "PCMPGTDrr" || N == "PCMPEQDrr" || N == "PADDDrr" ||
                    N == "PSUBDrr" || N == "PANDrr" || N == "PORrr" ||
                    N == "PXORrr";
    if (!LaneWise || !Depth ||
        !lowHalfOnly(U.getOperand(0).getReg(), Depth - 1))
      return false;
  }
  return true;
}

Register Products::shuffle(MachineInstr &At, Register In, unsigned Pattern) {
  Register Out = MRI.cloneVirtualRegister(In);
  BuildMI(*At.getParent(), At, At.getDebugLoc(), TII.get(T.PSHUFDri), Out)
      .addReg(In)
      .addImm(Pattern);
  return Out;
}

void Products::drop(MachineInstr &MI) {
  Register R = MI.getOperand(0).getReg();
  if (!MRI.use_nodbg_empty(R))
    return;
  MRI.markUsesInDebugValueAsUndef(R);
  MI.eraseFromParent();
}

void Products::rewrite(MachineInstr &Unpack) {
  MachineInstr *LowE =
      defines(Unpack.getOperand(1), "PSHUFDri", Sel0223, /*Alone=*/true);
  MachineInstr *LowO =
      defines(Unpack.getOperand(2), "PSHUFDri", Sel0223, /*Alone=*/true);
  if (!LowE || !LowO)
    return;
  MachineInstr *Even =
      defines(LowE->getOperand(1), "PMULUDQrr", NoPattern, /*Alone=*/true);
  MachineInstr *Odd =
      defines(LowO->getOperand(1), "PMULUDQrr", NoPattern, /*Alone=*/true);
  if (!Even || !Odd)
    return;
  Register R = Unpack.getOperand(0).getReg();
  MachineBasicBlock &MBB = *Unpack.getParent();
  const DebugLoc &DL = Unpack.getDebugLoc();

  // Odd's factors are those of Even, moved, in either order.
  MachineInstr *X = defines(Odd->getOperand(1), "PSHUFDri", Sel1133, false);
  MachineInstr *Y = defines(Odd->getOperand(2), "PSHUFDri", Sel1133, false);
  Register A = Even->getOperand(1).getReg(), B = Even->getOperand(2).getReg();
  auto Same = [&](Register P, Register Q) {
    return X && Y && X->getOperand(1).getReg() == P &&
           Y->getOperand(1).getReg() == Q;
  };
  if ((Same(A, B) || Same(B, A)) && lowHalfOnly(R, /*Depth=*/2)) {
    Register P = MRI.cloneVirtualRegister(R);
    Register L = shuffle(Unpack, A, Sel0011);
    Register M = A == B ? L : shuffle(Unpack, B, Sel0011);
    BuildMI(MBB, Unpack, DL, TII.get(T.opcode("PMULUDQrr")), P).addReg(L).addReg(M);
    BuildMI(MBB, Unpack, DL, TII.get(T.PSHUFDri), R).addReg(P).addImm(Sel0223);
  } else {
    Register S = MRI.cloneVirtualRegister(R);
    BuildMI(MBB, Unpack, DL, TII.get(T.opcode("SHUFPSrri")), S)
        .addReg(Even->getOperand(0).getReg())
        .addReg(Odd->getOperand(0).getReg())
        .addImm(Sel0202);
    BuildMI(MBB, Unpack, DL, TII.get(T.PSHUFDri), R).addReg(S).addImm(Sel0213);
  }
  Unpack.eraseFromParent();
  drop(*LowE);
  drop(*LowO);
  drop(*Even);
  drop(*Odd);
  if (X)
    drop(*X);
  if (Y && Y != X)
    drop(*Y);
}

void crit::cheapenProducts(MachineFunction &MF) {
  Products P(MF);
  const unsigned Unpack = X86Table::get(MF).opcode("PUNPCKLDQrr");
  SmallVector<MachineInstr *, 8> Found;
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : MBB)
      if (MI.getOpcode() == Unpack)
        Found.push_back(&MI);
  for (MachineInstr *MI : Found)
    P.rewrite(*MI);
}
