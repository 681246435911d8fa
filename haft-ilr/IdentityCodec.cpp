//===- IdentityCodec.cpp - the second copy is a clone ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "IdentityCodec.h"
#include "X86Table.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace crit;

IdentityCodec::IdentityCodec(MachineFunction &MF, uint32_t DroppedChecks)
    : MF(MF), T(X86Table::get(MF)), MRI(MF.getRegInfo()),
      TRI(*MF.getSubtarget().getRegisterInfo()), DroppedChecks(DroppedChecks) {
  const TargetSubtargetInfo &ST = MF.getSubtarget();
  Sse41 = ST.checkFeatures("+sse4.1");
  Avx = ST.checkFeatures("+avx");
  Avx2 = ST.checkFeatures("+avx2");
  Avx512 = ST.checkFeatures("+avx512f");
}

bool IdentityCodec::handles(const TargetRegisterClass *RC) const {
  switch (T.kind(RC)) {
  case RegKind::Gpr:
  case RegKind::FpScalar:
  case RegKind::Vec128:
  case RegKind::Vec256:
  case RegKind::Vec512:
  case RegKind::Mask:
    return true;
  case RegKind::X87:
  case RegKind::Other:
    return false;
  }
  return false;
}

unsigned IdentityCodec::bits(RegRef R) const {
  if (R.Sub)
    return TRI.getSubRegIdxSize(R.Sub);
  if (R.Reg.isPhysical())
    return TRI.getRegSizeInBits(*TRI.getMinimalPhysRegClass(R.Reg));
  return TRI.getRegSizeInBits(*MRI.getRegClass(R.Reg));
}

MachineInstr *IdentityCodec::mirror(MachineInstr &MI, MachineBasicBlock &MBB,
                                    MachineBasicBlock::iterator At,
                                    ShadowLookup Shadow) {
  MachineInstr *S = MF.CloneMachineInstr(&MI);
  for (MachineOperand &MO : S->operands()) {
    if (!MO.isReg())
      continue;
    if (MO.isUse())
      MO.setIsKill(false);
    if (MO.getReg().isVirtual())
      MO.setReg(Shadow(MO.getReg()));
  }
  MBB.insert(At, S);
  return S;
}

void IdentityCodec::adopt(MachineBasicBlock &MBB,
                          MachineBasicBlock::iterator At, DebugLoc DL,
                          RegRef Value, Register Shadow) {
  // A COPY would be coalesced away, or forwarded into its users after
  // allocation; a real move is opaque to both.
  const TargetRegisterClass *RC = MRI.getRegClass(Shadow);
  unsigned Opc = 0;
  if (T.kind(RC) == RegKind::Gpr)
    switch (TRI.getRegSizeInBits(*RC)) {
    case 8: Opc = T.MOV8rr; break;
    case 16: Opc = T.MOV16rr; break;
    case 32: Opc = T.MOV32rr; break;
    case 64: Opc = T.MOV64rr; break;
    }
  if (Opc)
    BuildMI(MBB, At, DL, MF.getSubtarget().getInstrInfo()->get(Opc), Shadow)
        .addReg(Value.Reg, 0, Value.Sub)
        .setMIFlag(MachineInstr::NoMerge);
  else
    PseudoBuilder(MBB, At, DL).opaque(Shadow, Value);
}

Register IdentityCodec::asClass(MachineBasicBlock &MBB,
                                MachineBasicBlock::iterator At, DebugLoc DL,
                                RegRef R, const TargetRegisterClass *RC) {
  Register N = MRI.createVirtualRegister(RC);
  BuildMI(MBB, At, DL,
          MF.getSubtarget().getInstrInfo()->get(TargetOpcode::COPY), N)
      .addReg(R.Reg, 0, R.Sub);
  return N;
}

PseudoBuilder::Comparison
IdentityCodec::difference(MachineBasicBlock &MBB,
                          MachineBasicBlock::iterator At, DebugLoc DL,
                          RegRef Value, RegRef Shadow) {
  const TargetInstrInfo &TII = *MF.getSubtarget().getInstrInfo();
  auto Class = [&](StringRef N) { return T.regClass(N); };
  auto Build = [&](unsigned Opc, StringRef RC, auto... Regs) {
    Register D = MRI.createVirtualRegister(Class(RC));
    MachineInstrBuilder B = BuildMI(MBB, At, DL, TII.get(Opc), D);
    (B.addReg(Regs), ...);
    return D;
  };
  RegKind K = T.kind(MRI.getRegClass(Shadow.Reg));
  unsigned N = bits(Shadow);
  PseudoBuilder::Comparison R;
  if (K == RegKind::Mask) {
    bool Wide = N > 16;
    StringRef MC = N == 64 ? "VK64" : Wide ? "VK32" : "VK16";
    unsigned Mov = N == 64 ? T.KMOVQrk : Wide ? T.KMOVDrk : T.KMOVWrk;
    StringRef GC = N == 64 ? "GR64" : "GR32";
    Register A = Build(Mov, GC, asClass(MBB, At, DL, Shadow, Class(MC)));
    Register B = Build(Mov, GC, asClass(MBB, At, DL, Value, Class(MC)));
    if (Wide) {
      // Compared as general registers by the caller's TestZero on a difference.
      Register X = MRI.createVirtualRegister(Class(GC));
      BuildMI(MBB, At, DL, TII.get(N == 64 ? T.XOR64rr : T.XOR32rr), X)
          .addReg(A)
          .addReg(B);
      return {{X}, PseudoKind::TestZero, N == 64 ? 3u : 2u};
    }
    Register X = Build(T.XOR32rr, GC, A, B);
    // Bits above the mask's width are nobody's.
    Register Y = MRI.createVirtualRegister(Class(GC));
    BuildMI(MBB, At, DL, TII.get(T.AND32ri), Y)
        .addReg(X)
        .addImm(maskTrailingOnes<uint64_t>(N));
    return {{Y}, PseudoKind::TestZero, 2};
  }
  // The shadow goes first: it usually dies here, so a two-address xor needs no
  // copy.
  if (N <= 128) {
    Register A = asClass(MBB, At, DL, Shadow, Class("VR128"));
    Register B = asClass(MBB, At, DL, Value, Class("VR128"));
    if (K == RegKind::FpScalar) {
      Register X = Build(Avx ? T.VPXORrr : T.PXORrr, "VR128", A, B);
      if (N == 64)
        return {{Build(Avx ? T.VMOVPQIto64rr : T.MOVPQIto64rr, "GR64", X)},
                PseudoKind::TestZero,
                3};
      Register G = Build(Avx ? T.VMOVPDI2DIrr : T.MOVPDI2DIrr, "GR32", X);
      return {{G, N == 16 ? T.SubLow16 : 0u},
              PseudoKind::TestZero,
              N == 16 ? 1u : 2u};
    }
    if (Sse41)
      return {{Build(Avx ? T.VPXORrr : T.PXORrr, "VR128", A, B)},
              PseudoKind::VecZero,
              Avx ? 1u : 0u};
    Register E = Build(T.PCMPEQBrr, "VR128", A, B);
    return {{Build(T.PMOVMSKBrr, "GR32", E)}, PseudoKind::CompareFFFF, 2};
  }
  if (N == 256) {
    Register A = asClass(MBB, At, DL, Shadow, Class("VR256"));
    Register B = asClass(MBB, At, DL, Value, Class("VR256"));
    return {{Build(Avx2 ? T.VPXORYrr : T.VXORPSYrr, "VR256", A, B)},
            PseudoKind::VecZero,
            2};
  }
  if (N == 512 && Avx512) {
    Register A = asClass(MBB, At, DL, Shadow, Class("VR512"));
    Register B = asClass(MBB, At, DL, Value, Class("VR512"));
    Register X = Build(T.VPXORQZrr, "VR512", A, B);
    Register M = Build(T.VPTESTMQZrr, "VK8", X, X);
    Register W = asClass(MBB, At, DL, {M}, Class("VK16"));
    return {{Build(T.KMOVWrk, "GR32", W)}, PseudoKind::TestZero, 2};
  }
  return R;
}

bool IdentityCodec::check(MachineBasicBlock &MBB,
                          MachineBasicBlock::iterator At, DebugLoc DL,
                          crit_check_kind K, RegRef Value, RegRef Shadow) {
  if (DroppedChecks >> K & 1)
    return true;
  if (T.kind(MRI.getRegClass(Shadow.Reg)) == RegKind::Gpr) {
    unsigned N = bits(Shadow);
    if (!isPowerOf2_32(N) || N < 8 || N > 64)
      return false;
    PseudoBuilder(MBB, At, DL).compareEq(K, Value, Shadow, Log2_32(N / 8));
    return true;
  }
  PseudoBuilder::Comparison D = difference(MBB, At, DL, Value, Shadow);
  if (!D.Diff.Reg)
    return false;
  PseudoBuilder(MBB, At, DL).testOne(D.Kind, K, D.Diff, D.Aux);
  return true;
}

bool IdentityCodec::verifyLoads(MachineBasicBlock &MBB,
                                MachineBasicBlock::iterator At,
                                MachineInstr &Master, MachineInstr &Shadow,
                                Register NewMaster, Register NewShadow) {
  // The retry path loads with the same opcode: only "def = [address]".
  if (Master.getNumExplicitOperands() != 6 || T.memoryOperand(Master) != 1)
    return false;
  const TargetRegisterClass *RC = MRI.getRegClass(NewMaster);
  RegKind K = T.kind(RC);
  unsigned N = bits({NewMaster});
  if (K == RegKind::Mask || N > 256)
    return false;
  DebugLoc DL = Master.getDebugLoc();
  Register M = MRI.cloneVirtualRegister(NewMaster);
  Register S = MRI.cloneVirtualRegister(NewShadow);
  Master.getOperand(0).setReg(M);
  Shadow.getOperand(0).setReg(S);
  PseudoBuilder::Comparison How;
  if (K == RegKind::Gpr)
    How.Aux = Log2_32(N / 8);
  else
    How = difference(MBB, At, DL, {M}, {S});
  PseudoBuilder(MBB, At, DL)
      .verify(NewMaster, NewShadow, Master, Shadow, 1, How);
  return true;
}
