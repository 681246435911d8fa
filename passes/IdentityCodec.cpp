//===- IdentityCodec.cpp - the second copy is a clone ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "IdentityCodec.h"
#include "X86Table.h"
#include "llvm/ADT/StringSwitch.h"
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
  if (R.Part != RegRef::All)
    return R.Part == RegRef::Low32 ? 32 : 64;
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
  // allocation; a real move is opaque to both. (So was a piece of inline
  // assembly with one register in and out, but where the value was not needed
  // any more, both copies got that one register.)
  const TargetRegisterClass *RC = MRI.getRegClass(Shadow);
  unsigned Bits = TRI.getRegSizeInBits(*RC), Opc = 0, Sub = 0;
  StringRef In, Out;
  switch (T.kind(RC)) {
  case RegKind::Gpr:
    Opc = Bits == 8    ? T.MOVZX32rr8
          : Bits == 16 ? T.MOVZX32rr16
          : Bits == 32 ? T.MOV32rr
                       : T.MOV64rr;
    Sub = Bits == 8 ? T.SubLow8 : Bits == 16 ? T.SubLow16 : 0;
    In = Bits == 8 ? "GR8" : Bits == 16 ? "GR16" : "";
    Out = Sub ? "GR32" : "";
    break;
  case RegKind::FpScalar:
  case RegKind::Vec128:
    Opc = Avx ? T.VMOVAPSrr : T.MOVAPSrr;
    In = Out = "VR128";
    break;
  case RegKind::Vec256:
    Opc = T.VMOVAPSYrr;
    In = Out = "VR256";
    break;
  case RegKind::Vec512:
    Opc = T.VMOVAPSZrr;
    In = Out = "VR512";
    break;
  case RegKind::Mask:
    Opc = Bits == 64 ? T.KMOVQkk : Bits == 32 ? T.KMOVDkk : T.KMOVWkk;
    In = Out = Bits == 64 ? "VK64" : Bits == 32 ? "VK32" : "VK16";
    break;
  default:
    llvm_unreachable("handles() said no");
  }
  const TargetInstrInfo &TII = *MF.getSubtarget().getInstrInfo();
  RegRef From = In.empty()
                    ? Value
                    : RegRef{asClass(MBB, At, DL, Value, T.regClass(In))};
  Register To =
      Out.empty() ? Shadow : MRI.createVirtualRegister(T.regClass(Out));
  BuildMI(MBB, At, DL, TII.get(Opc), To)
      .addReg(From.Reg, 0, From.Sub)
      .setMIFlag(MachineInstr::NoMerge);
  if (To != Shadow)
    BuildMI(MBB, At, DL, TII.get(TargetOpcode::COPY), Shadow)
        .addReg(To, 0, Sub);
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

Register IdentityCodec::build(MachineBasicBlock &MBB,
                              MachineBasicBlock::iterator At, DebugLoc DL,
                              unsigned Opc, StringRef RC,
                              ArrayRef<Register> In) {
  Register D = MRI.createVirtualRegister(T.regClass(RC));
  MachineInstrBuilder B =
      BuildMI(MBB, At, DL, MF.getSubtarget().getInstrInfo()->get(Opc), D);
  for (Register R : In)
    B.addReg(R);
  return D;
}

PseudoBuilder::Comparison
IdentityCodec::maskDifference(MachineBasicBlock &MBB,
                              MachineBasicBlock::iterator At, DebugLoc DL,
                              RegRef Value, RegRef Shadow) {
  unsigned N = bits(Shadow);
  StringRef MC = N == 64 ? "VK64" : N == 32 ? "VK32" : "VK16";
  unsigned Mov = N == 64 ? T.KMOVQrk : N == 32 ? T.KMOVDrk : T.KMOVWrk;
  StringRef GC = N == 64 ? "GR64" : "GR32";
  auto General = [&](RegRef R) {
    return build(MBB, At, DL, Mov, GC,
                 asClass(MBB, At, DL, R, T.regClass(MC)));
  };
  Register A = General(Shadow), B = General(Value);
  Register X =
      build(MBB, At, DL, N == 64 ? T.XOR64rr : T.XOR32rr, GC, {A, B});
  if (N >= 32)
    return {{X}, PseudoKind::TestZero, N == 64 ? 3u : 2u};
  // Bits above the mask's width are nobody's.
  Register Y = MRI.createVirtualRegister(T.regClass(GC));
  BuildMI(MBB, At, DL, MF.getSubtarget().getInstrInfo()->get(T.AND32ri), Y)
      .addReg(X)
      .addImm(maskTrailingOnes<uint64_t>(N));
  return {{Y}, PseudoKind::TestZero, 2};
}

PseudoBuilder::Comparison
IdentityCodec::difference(MachineBasicBlock &MBB,
                          MachineBasicBlock::iterator At, DebugLoc DL,
                          ArrayRef<std::pair<RegRef, RegRef>> Pairs) {
  RegRef Shadow = Pairs[0].second;
  RegKind K = T.kind(MRI.getRegClass(Shadow.Reg));
  unsigned N = bits(Shadow);
  if (K == RegKind::Mask)
    return maskDifference(MBB, At, DL, Pairs[0].first, Shadow);
  auto Build = [&](unsigned Opc, StringRef RC, ArrayRef<Register> In) {
    return build(MBB, At, DL, Opc, RC, In);
  };
  // Shadows go first: they usually die here, so a two-address xor needs no copy.
  auto Fold = [&](StringRef RC, unsigned Xor, unsigned Merge) {
    Register Sum;
    for (auto &[V, S] : Pairs) {
      Register A = asClass(MBB, At, DL, S, T.regClass(RC));
      Register B = asClass(MBB, At, DL, V, T.regClass(RC));
      Register X = Build(Xor, RC, {A, B});
      Sum = Sum ? Build(Merge, RC, {Sum, X}) : X;
    }
    return Sum;
  };
  unsigned Xor = Avx ? T.VPXORrr : T.PXORrr, Or = Avx ? T.VPORrr : T.PORrr;
  if (K == RegKind::FpScalar || Shadow.Part != RegRef::All) {
    Register X = Fold("VR128", Xor, Or);
    if (Shadow.Part == RegRef::High64) {
      Register H = MRI.createVirtualRegister(T.regClass("VR128"));
      BuildMI(MBB, At, DL,
              MF.getSubtarget().getInstrInfo()->get(Avx ? T.VPSHUFDri
                                                        : T.PSHUFDri),
              H)
          .addReg(X)
          .addImm(0xee);
      X = H;
    }
    if (N == 64)
      return {{Build(Avx ? T.VMOVPQIto64rr : T.MOVPQIto64rr, "GR64", X)},
              PseudoKind::TestZero,
              3};
    Register G = Build(Avx ? T.VMOVPDI2DIrr : T.MOVPDI2DIrr, "GR32", X);
    return {{G, N == 16 ? T.SubLow16 : 0u},
            PseudoKind::TestZero,
            N == 16 ? 1u : 2u};
  }
  if (N == 128 && Sse41)
    return {{Fold("VR128", Xor, Or)}, PseudoKind::VecZero, Avx ? 1u : 0u};
  if (N == 128) {
    Register E = Fold("VR128", T.PCMPEQBrr, T.PANDrr);
    return {{Build(T.PMOVMSKBrr, "GR32", E)}, PseudoKind::CompareFFFF, 2};
  }
  if (N == 256)
    return {{Fold("VR256", Avx2 ? T.VPXORYrr : T.VXORPSYrr, T.VORPSYrr)},
            PseudoKind::VecZero,
            2};
  if (N == 512 && Avx512 && Pairs.size() == 1) {
    Register X = Fold("VR512", T.VPXORQZrr, 0);
    Register M = Build(T.VPTESTMQZrr, "VK8", {X, X});
    Register W = asClass(MBB, At, DL, {M}, T.regClass("VK16"));
    return {{Build(T.KMOVWrk, "GR32", W)}, PseudoKind::TestZero, 2};
  }
  return {};
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
  return checkAll(MBB, At, DL, K, {{Value, Shadow}});
}

void IdentityCodec::checkConstant(MachineBasicBlock &MBB,
                                  MachineBasicBlock::iterator At, DebugLoc DL,
                                  crit_check_kind K, Register Value,
                                  int64_t Constant, unsigned Log2Width) {
  if (!(DroppedChecks >> K & 1))
    PseudoBuilder(MBB, At, DL).compareImm(K, {Value}, Constant, Log2Width);
}

void IdentityCodec::checkPlainSlot(MachineBasicBlock &MBB,
                                   MachineBasicBlock::iterator At, DebugLoc DL,
                                   crit_check_kind K, Register Value, int Slot,
                                   unsigned Log2Width) {
  if (!(DroppedChecks >> K & 1))
    PseudoBuilder(MBB, At, DL).compareSlot(K, {Value}, Slot, Log2Width);
}

Register IdentityCodec::pattern(MachineBasicBlock &MBB,
                                MachineBasicBlock::iterator At, DebugLoc DL,
                                RegRef Shadow) {
  unsigned N = bits(Shadow);
  if (T.kind(MRI.getRegClass(Shadow.Reg)) != RegKind::FpScalar ||
      (N != 32 && N != 64))
    return Register();
  Register X = asClass(MBB, At, DL, Shadow, T.regClass("VR128"));
  if (N == 64)
    return build(MBB, At, DL, Avx ? T.VMOVPQIto64rr : T.MOVPQIto64rr, "GR64",
                 X);
  return build(MBB, At, DL, Avx ? T.VMOVPDI2DIrr : T.MOVPDI2DIrr, "GR32", X);
}

bool IdentityCodec::checkAll(MachineBasicBlock &MBB,
                             MachineBasicBlock::iterator At, DebugLoc DL,
                             crit_check_kind K,
                             ArrayRef<std::pair<RegRef, RegRef>> Pairs) {
  if (DroppedChecks >> K & 1)
    return true;
  PseudoBuilder::Comparison D = difference(MBB, At, DL, Pairs);
  if (!D.Diff.Reg)
    return false;
  PseudoBuilder(MBB, At, DL).testOne(D.Kind, K, D.Diff, D.Aux);
  return true;
}

Register
IdentityCodec::gather(MachineBasicBlock &MBB, MachineBasicBlock::iterator At,
                      DebugLoc DL, ArrayRef<std::pair<RegRef, RegRef>> Pairs,
                      Register Sum) {
  RegKind K = T.kind(MRI.getRegClass(Pairs[0].second.Reg));
  if (K != RegKind::FpScalar && K != RegKind::Vec128)
    return Register();
  unsigned Xor = Avx ? T.VPXORrr : T.PXORrr, Or = Avx ? T.VPORrr : T.PORrr;
  for (auto &[V, S] : Pairs) {
    Register A = asClass(MBB, At, DL, S, T.regClass("VR128"));
    Register B = asClass(MBB, At, DL, V, T.regClass("VR128"));
    Register X = build(MBB, At, DL, Xor, "VR128", {A, B});
    Sum = Sum ? build(MBB, At, DL, Or, "VR128", {Sum, X}) : X;
  }
  return Sum;
}

Register IdentityCodec::nothing(MachineBasicBlock &MBB,
                                MachineBasicBlock::iterator At, DebugLoc DL) {
  return build(MBB, At, DL, T.V_SET0, "VR128", {});
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
    How = difference(MBB, At, DL, {{RegRef{M}, RegRef{S}}});
  PseudoBuilder(MBB, At, DL)
      .verify(NewMaster, NewShadow, Master, Shadow, 1, How);
  return true;
}

/// Log2 of the bytes that a move of a general register, a constant or a scalar
/// float to memory stores; nothing for other stores.
static std::optional<unsigned> plainStoreWidth(StringRef Name) {
  return StringSwitch<std::optional<unsigned>>(Name)
      .Cases({"MOV8mr", "MOV8mi"}, 0)
      .Cases({"MOV16mr", "MOV16mi"}, 1)
      .Cases({"MOV32mr", "MOV32mi"}, 2)
      .Cases({"MOVSSmr", "VMOVSSmr", "VMOVSSZmr"}, 2)
      .Cases({"MOV64mr", "MOV64mi32"}, 3)
      .Cases({"MOVSDmr", "VMOVSDmr", "VMOVSDZmr"}, 3)
      .Default(std::nullopt);
}

/// Moves of a whole vector: the load that takes back what Name stored.
static std::string vectorLoad(StringRef Name) {
  StringRef Rest = Name;
  Rest.consume_front("V");
  for (StringRef Kind : {"MOVAPS", "MOVUPS", "MOVAPD", "MOVUPD", "MOVDQA",
                         "MOVDQU"})
    if (Rest == Kind.str() + "mr" || Rest == Kind.str() + "Ymr")
      return (Name.drop_back(2) + "rm").str();
  return "";
}

bool IdentityCodec::verifyStore(MachineBasicBlock &MBB,
                                MachineBasicBlock::iterator At,
                                MachineInstr &Store, unsigned Mem,
                                ArrayRef<Register> ShadowAddress,
                                Register ShadowValue) {
  const MachineOperand &V = Store.getOperand(Mem + 5);
  DebugLoc DL = Store.getDebugLoc();
  RegRef Value, Shadow;
  PseudoBuilder::Comparison How;
  if (auto Log2Width = plainStoreWidth(T.name(Store))) {
    How.Aux = *Log2Width;
    if (V.isReg()) {
      Value = {V.getReg(), V.getSubReg()};
      Shadow = {ShadowValue, V.getSubReg()};
      if (Value.Sub && Value.Sub != T.SubLow8 && Value.Sub != T.SubLow16 &&
          Value.Sub != T.SubLow32)
        return false;
      RegKind K = T.kind(MRI.getRegClass(ShadowValue));
      if (K == RegKind::FpScalar) {
        Value = {};
        Shadow = {pattern(MBB, At, DL, Shadow)};
        if (!Shadow.Reg)
          return false;
      } else if (K != RegKind::Gpr) {
        return false;
      }
    }
  } else {
    unsigned Load = T.opcode(vectorLoad(T.name(Store)));
    RegKind K = V.isReg() ? T.kind(MRI.getRegClass(ShadowValue)) : RegKind::Gpr;
    if (!Load || V.getSubReg() || !Store.hasOneMemOperand() ||
        (K != RegKind::Vec128 && K != RegKind::Vec256))
      return false;
    Register Back = MRI.cloneVirtualRegister(ShadowValue);
    MachineInstrBuilder L = BuildMI(
        MBB, At, DL, MF.getSubtarget().getInstrInfo()->get(Load), Back);
    for (unsigned I = 0; I != 5; ++I) {
      const MachineOperand &MO = Store.getOperand(Mem + I);
      if (MO.isReg())
        L.addReg(ShadowAddress[I] ? ShadowAddress[I] : MO.getReg(), 0,
                 MO.getSubReg());
      else
        L.add(MO);
    }
    MachineMemOperand *MMO = *Store.memoperands_begin();
    L.addMemOperand(MF.getMachineMemOperand(
        MMO, (MMO->getFlags() & ~MachineMemOperand::MOStore) |
                 MachineMemOperand::MOLoad));
    How = difference(MBB, At, DL, {{RegRef{Back}, RegRef{ShadowValue}}});
  }
  PseudoBuilder(MBB, At, DL)
      .storeBack(CRIT_CHECK_StoreValue, Store, Mem, ShadowAddress, Value, Shadow,
                 V.isImm() ? V.getImm() : 0, How);
  return true;
}
