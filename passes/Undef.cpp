//===- Undef.cpp - give undefined bits a value ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Undef.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineInstrBuilder.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace llvm;
using namespace crit;

namespace {

class Definer {
public:
  explicit Definer(MachineFunction &MF)
      : MF(MF), TII(*MF.getSubtarget().getInstrInfo()), MRI(MF.getRegInfo()),
        TRI(*MRI.getTargetRegisterInfo()), T(X86Table::get(MF)),
        Avx(MF.getSubtarget().checkFeatures("+avx")) {}
  void run();

private:
  void scalarResult(MachineInstr &MI);
  void scalarsMeet(MachineInstr &MI);
  bool insertion(MachineInstr &MI);
  bool widening(MachineInstr &MI);
  bool implicitDef(MachineInstr &MI);
  bool isUndefined(Register R) const {
    MachineInstr *D = R.isVirtual() ? MRI.getVRegDef(R) : nullptr;
    return D && D->isImplicitDef();
  }
  Register make(MachineInstr &At, unsigned Opc, StringRef RC) {
    Register R = MRI.createVirtualRegister(T.regClass(RC));
    BuildMI(*At.getParent(), At, At.getDebugLoc(), TII.get(Opc), R);
    return R;
  }
  MachineInstrBuilder build(MachineInstr &At, unsigned Opc, Register Def) {
    return BuildMI(*At.getParent(), At, At.getDebugLoc(), TII.get(Opc), Def);
  }
  Register fresh(StringRef RC) {
    return MRI.createVirtualRegister(T.regClass(RC));
  }

  MachineFunction &MF;
  const TargetInstrInfo &TII;
  MachineRegisterInfo &MRI;
  const TargetRegisterInfo &TRI;
  const X86Table &T;
  bool Avx;
};

} // namespace

/// An instruction that has cleared the upper half of the register that In is in.
static bool clearsUpperHalf(const MachineInstr &Def, Register In, StringRef Name) {
  const MachineOperand &To = Def.getOperand(0);
  return To.isReg() && To.getReg() == In && !To.getSubReg() &&
         any_of(ArrayRef<StringRef>{"ADD32", "AND32", "DEC32", "IMUL32", "INC32",
                                    "LEA64_32r", "MOV32rm", "MOVSX32", "MOVZX32",
                                    "NEG32", "NOT32", "OR32", "SAR32", "SHL32", "SHR32",
                                    "SUB32", "XOR32"},
                [&](StringRef P) { return Name.starts_with(P); });
}

/// d = INSERT_SUBREG undef, x, low part: any-extension.
bool Definer::insertion(MachineInstr &MI) {
  if (!MI.isInsertSubreg() || !isUndefined(MI.getOperand(1).getReg()))
    return false;
  Register D = MI.getOperand(0).getReg();
  const MachineOperand &X = MI.getOperand(2);
  unsigned Sub = MI.getOperand(3).getImm();
  unsigned Bits = TRI.getRegSizeInBits(*MRI.getRegClass(D));
  if (!X.getReg().isVirtual())
    return false;
  // A COPY finds a class in which the sub-register exists.
  auto Scalar = [&](StringRef RC) {
    Register In = fresh(RC);
    build(MI, TargetOpcode::COPY, In).addReg(X.getReg(), 0, X.getSubReg());
    return In;
  };
  Register Low;
  unsigned Part = Sub;
  if (Sub == T.SubLow32) {
    Register In = Scalar("GR32");
    const MachineInstr *Def = MRI.getVRegDef(X.getReg());
    if (Bits == 64 && !X.getSubReg() && Def && clearsUpperHalf(*Def, X.getReg(), T.name(*Def))) {
      Low = In;
    } else {
      Low = fresh("GR32");
      build(MI, T.MOV32rr, Low).addReg(In);
    }
  } else if (Sub == T.SubLow8 || Sub == T.SubLow16) {
    Register In = Scalar(Sub == T.SubLow8 ? "GR8" : "GR16");
    Low = Bits == 32 ? D : fresh("GR32");
    build(MI, Sub == T.SubLow8 ? T.MOVZX32rr8 : T.MOVZX32rr16, Low)
        .addReg(In);
    if (Bits == 16)
      build(MI, TargetOpcode::COPY, D).addReg(Low, 0, T.SubLow16);
    Part = T.SubLow32;
  } else if ((Sub == T.SubXmm || Sub == T.SubYmm) && Avx) {
    StringRef RC = Sub == T.SubXmm ? "VR128" : "VR256";
    Register In = Scalar(RC);
    Low = fresh(RC);
    build(MI, Sub == T.SubXmm ? T.VMOVAPSrr : T.VMOVAPSYrr, Low).addReg(In);
  } else {
    return false;
  }
  if (Bits == 64 || Bits > 128)
    build(MI, TargetOpcode::SUBREG_TO_REG, D).addImm(0).addReg(Low).addImm(
        Part);
  MI.eraseFromParent();
  return true;
}

/// v:vr128 = COPY x:fr64: spilled and reloaded as 8 bytes, one copy's upper
/// lane would become zero and the other's stay.
bool Definer::widening(MachineInstr &MI) {
  if (!MI.isCopy() || !MI.getOperand(0).getReg().isVirtual() ||
      !MI.getOperand(1).getReg().isVirtual() || MI.getOperand(0).getSubReg() ||
      MI.getOperand(1).getSubReg())
    return false;
  const TargetRegisterClass *To = MRI.getRegClass(MI.getOperand(0).getReg());
  const TargetRegisterClass *From = MRI.getRegClass(MI.getOperand(1).getReg());
  if (T.kind(To) != RegKind::Vec128 || T.kind(From) != RegKind::FpScalar)
    return false;
  unsigned Bits = TRI.getRegSizeInBits(*From);
  Register In = fresh("VR128"), Out = fresh("VR128");
  if (Bits == 64) {
    build(MI, TargetOpcode::COPY, In).addReg(MI.getOperand(1).getReg());
    build(MI, Avx ? T.VMOVZPQILo2PQIrr : T.MOVZPQILo2PQIrr, Out).addReg(In);
  } else if (Bits == 32) {
    Register Zero = make(MI, T.V_SET0, "VR128");
    build(MI, TargetOpcode::COPY, In).addReg(MI.getOperand(1).getReg());
    build(MI, Avx ? T.VMOVSSrr : T.MOVSSrr, Out).addReg(Zero).addReg(In);
  } else {
    return false;
  }
  MI.getOperand(1).setReg(Out);
  return true;
}

/// v:vr128 = ADDSDrr ...: a scalar in a register whose class got wider, for the sake
/// of one use. Its upper lanes mean nothing, and differ where the code generator
/// clears the register in front of one copy only.
void Definer::scalarResult(MachineInstr &MI) {
  if (MI.isCopy() || MI.isPHI() || MI.isInlineAsm() ||
      MI.getNumExplicitDefs() != 1)
    return;
  Register V = MI.getOperand(0).getReg();
  if (!V.isVirtual() || T.kind(MRI.getRegClass(V)) != RegKind::Vec128)
    return;
  const TargetRegisterClass *RC = MI.getRegClassConstraint(0, &TII, &TRI);
  if (!RC || T.kind(RC) != RegKind::FpScalar)
    return;
  auto TakesScalar = [&](const MachineOperand &MO) {
    const MachineInstr &U = *MO.getParent();
    if (U.isCopy()) {
      Register To = U.getOperand(0).getReg();
      return To.isPhysical() || T.kind(MRI.getRegClass(To)) == RegKind::FpScalar;
    }
    const TargetRegisterClass *C =
        U.isPHI() ? nullptr
                  : U.getRegClassConstraint(MO.getOperandNo(), &TII, &TRI);
    return C && T.kind(C) == RegKind::FpScalar;
  };
  if (llvm::all_of(MRI.use_nodbg_operands(V), TakesScalar)) {
    MRI.setRegClass(V, RC);
    return;
  }
  Register Scalar = MRI.createVirtualRegister(RC);
  MI.getOperand(0).setReg(Scalar);
  BuildMI(*MI.getParent(), std::next(MI.getIterator()), MI.getDebugLoc(),
          TII.get(TargetOpcode::COPY), V)
      .addReg(Scalar);
}

/// v:vr128 = PHI x:fr32, ...: the same where scalars meet, for the sake of one use. What
/// comes in is copied, and its copy made wider as any other. (False stops in csmith's seed 10694:
/// float of an unsigned long is converted on two ways.)
void Definer::scalarsMeet(MachineInstr &MI) {
  if (!MI.isPHI() || T.kind(MRI.getRegClass(MI.getOperand(0).getReg())) != RegKind::Vec128)
    return;
  for (unsigned I = 1; I != MI.getNumOperands(); I += 2) {
    MachineOperand &In = MI.getOperand(I);
    if (In.getSubReg() || T.kind(MRI.getRegClass(In.getReg())) != RegKind::FpScalar)
      continue;
    MachineBasicBlock &From = *MI.getOperand(I + 1).getMBB();
    Register Wide = fresh("VR128");
    BuildMI(From, From.getFirstTerminator(), DebugLoc(), TII.get(TargetOpcode::COPY), Wide)
        .addReg(In.getReg());
    In.setReg(Wide);
    In.setIsKill(false);
  }
}

bool Definer::implicitDef(MachineInstr &MI) {
  if (!MI.isImplicitDef() || !MI.getOperand(0).getReg().isVirtual())
    return false;
  Register D = MI.getOperand(0).getReg();
  const TargetRegisterClass *RC = MRI.getRegClass(D);
  unsigned Bits = TRI.getRegSizeInBits(*RC);
  Register Zero;
  switch (T.kind(RC)) {
  case RegKind::Gpr: {
    unsigned Opc = Bits == 8    ? T.MOV8ri
                   : Bits == 16 ? T.MOV16ri
                   : Bits == 32 ? T.MOV32ri
                                : T.MOV64ri32;
    build(MI, Opc, D).addImm(0);
    break;
  }
  case RegKind::FpScalar:
  case RegKind::Vec128:
    Zero = make(MI, T.V_SET0, "VR128");
    build(MI, TargetOpcode::COPY, D).addReg(Zero);
    break;
  case RegKind::Vec256:
  case RegKind::Vec512:
    Zero = make(MI, T.V_SET0, "VR128");
    build(MI, TargetOpcode::SUBREG_TO_REG, D)
        .addImm(0)
        .addReg(Zero)
        .addImm(T.SubXmm);
    break;
  case RegKind::Mask: {
    bool Q = Bits == 64, W = Bits <= 16;
    Zero = make(MI, Q ? T.KSET0Q : W ? T.KSET0W : T.KSET0D,
                Q ? "VK64" : W ? "VK16" : "VK32");
    build(MI, TargetOpcode::COPY, D).addReg(Zero);
    break;
  }
  default:
    return false;
  }
  MI.eraseFromParent();
  return true;
}

void Definer::run() {
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : make_early_inc_range(MBB))
      scalarResult(MI);
  for (MachineBasicBlock &MBB : MF)
    for (MachineInstr &MI : make_early_inc_range(MBB.phis()))
      scalarsMeet(MI);
  // Insertions first: they ask which values are undefined.
  for (bool Last : {false, true})
    for (MachineBasicBlock &MBB : MF)
      for (MachineInstr &MI : make_early_inc_range(MBB)) {
        if (Last)
          implicitDef(MI);
        else if (!insertion(MI))
          widening(MI);
      }
}

void crit::defineUndefinedBits(MachineFunction &MF) { Definer(MF).run(); }
