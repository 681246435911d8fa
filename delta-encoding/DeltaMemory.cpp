//===- DeltaMemory.cpp - loads and stores of the second copy --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Of variables that are in memory twice (ShadowMemory.h), a = ~x, j = ~i:
//
//   native                      second copy
//     MOV [slot + 8*i + 16], x    v = BSWAP (LEA [a + 8*j + S - 16 + 8])
//                                 MOV [slot' + 8*i' + 16], v
//     x = MOV [slot + 8*i + 16]   v = MOV [slot' + 8*i' + 16]
//                                 a = LEA [BSWAP v + 8*i' - S + 16]
//
// and 64 bits with their bytes in reverse order: a complement whose high bits have
// no number added would not show that a bit is inverted in every load.
// i' is j decoded. Hardly more instructions than encoding a second load of the plain
// value takes, and less than comparing what is stored: a wrong value differs when it is
// loaded, so only addresses are compared. All of them leave EFLAGS alone.
//===----------------------------------------------------------------------===//
#include "DeltaCodec.h"
#include "Lowering.h"
#include "X86Table.h"
#include "llvm/ADT/bit.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace crit;

namespace {
/// Where in the second object, registers decoded.
struct ShadowPlace {
  int64_t Offset;
  unsigned Scale;
  Register Index;
};
} // namespace

/// What the second object holds of the complement A at the element of the
/// complemented index J, and back from V, at the decoded index I.
static Register toMemory(DeltaBuilder &B, const ShadowMemory::Object &O,
                         unsigned Bits, Register A, int64_t Offset,
                         unsigned Scale = 1, Register J = Register()) {
  int64_t Sign = O.signature(Bits) - Offset;
  Register V = J ? B.lea(A, Scale, J, Sign + Scale) : B.lead(A, Sign);
  return Bits == 64 ? B.swap(V) : V;
}
static Register fromMemory(DeltaBuilder &B, const ShadowMemory::Object &O,
                           unsigned Bits, Register V, int64_t Offset,
                           unsigned Scale, Register I) {
  int64_t Unsign = Offset - O.signature(Bits);
  if (Bits == 64)
    V = B.swap(V);
  return I ? B.lea(V, Scale, I, Unsign) : B.lead(V, Unsign);
}

static MachineMemOperand *memoryOf(MachineFunction &MF,
                                   const ShadowMemory::Object &O, int Slot,
                                   const ShadowPlace &At, unsigned Bytes,
                                   MachineMemOperand::Flags Flags) {
  Align Object = MF.getFrameInfo().getObjectAlign(Slot);
  if (At.Index) // anywhere in it
    return MF.getMachineMemOperand(
        MachinePointerInfo::getFixedStack(MF, Slot), Flags,
        LocationSize::beforeOrAfterPointer(),
        commonAlignment(Object, Bytes));
  return MF.getMachineMemOperand(
      MachinePointerInfo::getFixedStack(MF, Slot, At.Offset), Flags,
      LocationSize::precise(Bytes), commonAlignment(Object, At.Offset));
}

static void address(const MachineInstrBuilder &B, int Slot,
                    const ShadowPlace &At) {
  B.addFrameIndex(Slot)
      .addImm(At.Scale)
      .addReg(At.Index)
      .addImm(At.Offset)
      .addReg(0);
}

static ShadowPlace placeOf(const MachineInstr &MI, unsigned Mem) {
  return {MI.getOperand(Mem + 3).getImm(),
          unsigned(MI.getOperand(Mem + 1).getImm()), Register()};
}

static Register loadFrom(MachineFunction &MF, MachineBasicBlock &MBB,
                         MachineBasicBlock::iterator At, DebugLoc DL,
                         const ShadowMemory::Object &O, int Slot,
                         const ShadowPlace &From, unsigned Bits) {
  const X86Table &T = X86Table::get(MF);
  std::string N = std::to_string(Bits);
  Register V = MF.getRegInfo().createVirtualRegister(T.regClass("GR" + N));
  MachineInstrBuilder B =
      BuildMI(MBB, At, DL,
              MF.getSubtarget().getInstrInfo()->get(T.opcode("MOV" + N + "rm")),
              V);
  address(B, Slot, From);
  B.addMemOperand(
      memoryOf(MF, O, Slot, From, Bits / 8, MachineMemOperand::MOLoad));
  return V;
}

static void storeTo(MachineFunction &MF, MachineBasicBlock &MBB,
                    MachineBasicBlock::iterator At, DebugLoc DL,
                    const ShadowMemory::Object &O, const ShadowPlace &To,
                    Register V, unsigned Bits) {
  const X86Table &T = X86Table::get(MF);
  MachineInstrBuilder B = BuildMI(
      MBB, At, DL,
      MF.getSubtarget().getInstrInfo()->get(
          T.opcode("MOV" + std::to_string(Bits) + "mr")));
  address(B, O.Shadow, To);
  B.addReg(V).addMemOperand(
      memoryOf(MF, O, O.Shadow, To, Bits / 8, MachineMemOperand::MOStore));
}

/// A load of the second copy, from its own object. Shadow sees complements only.
MachineInstr *DeltaCodec::shadowLoad(MachineInstr &MI,
                                     const ShadowMemory::Object &O,
                                     const Place &P, ShadowLookup Shadow) {
  MemoryMove M = *memoryMove(MI, T);
  ShadowPlace From = placeOf(MI, M.Mem);
  Register Index = MI.getOperand(M.Mem + 2).getReg();
  if (Index && !isEncoded(Index, Shadow)) {
    From.Index = Index;
  } else if (Index) {
    Register &D = Addresses[{&P.MBB, Index}];
    if (!D)
      D = decode(P, Shadow(Index));
    From.Index = D;
  }
  auto Decode = [&](Register R) { return decode(P, R); };
  DeltaBuilder B(P.MBB, P.At, P.DL, M.Bits, Decode);
  Register V = loadFrom(MF, P.MBB, P.At, P.DL, O, O.Shadow, From, M.Bits);
  Register R = fromMemory(B, O, M.Bits, V, From.Offset, From.Scale, From.Index);
  Register To = Shadow(MI.getOperand(0).getReg());
  auto Extend = [&](const char *How, Register From) {
    Register R = MRI.createVirtualRegister(MRI.getRegClass(To));
    BuildMI(P.MBB, P.At, P.DL,
            TII.get(T.opcode((Twine(How) + Twine(M.ResultBits) + "rr" +
                              Twine(M.Bits)).str())),
            R)
        .addReg(From);
    return R;
  };
  if (M.How == MemoryMove::SignExtended)
    R = Extend("MOVSX", R);
  if (M.How == MemoryMove::ZeroExtended) {
    Register X = Extend("MOVZX", complement(P, R));
    complementTo(P, To, X);
    EncodedHere.insert(To);
  } else {
    MRI.getVRegDef(R)->getOperand(0).setReg(To);
  }
  ++Stats.Kept;
  return &*std::prev(P.At);
}

/// What Store, no element, may have written in O is encoded from there.
void DeltaCodec::encodeAnew(const MachineInstr &Store,
                            const ShadowMemory::Object &O, unsigned Bytes,
                            const Place &P) {
  unsigned Mem = T.memoryOperand(Store);
  ShadowPlace At = placeOf(Store, Mem);
  Register J;
  if (Register Index = Store.getOperand(Mem + 2).getReg()) {
    // Its address is compared, so that the first copy's will do.
    J = complement(P, Index);
    At.Index = Index;
  }
  std::vector<std::pair<int64_t, unsigned>> Elements;
  if (O.Indexed)
    for (unsigned I = 0; I < Bytes; I += O.Bytes)
      Elements.push_back({At.Offset + I, O.Bytes});
  else
    for (auto [Offset, Size] : O.At)
      if (Offset < At.Offset + Bytes && At.Offset < Offset + Size)
        Elements.push_back({Offset, Size});
  auto Decode = [&](Register R) { return decode(P, R); };
  for (auto [Offset, Size] : Elements) {
    ShadowPlace E{Offset, At.Scale, At.Index};
    DeltaBuilder B(P.MBB, P.At, P.DL, 8 * Size, Decode);
    Register X = complement(
        P, loadFrom(MF, P.MBB, P.At, P.DL, O, O.Native, E, 8 * Size));
    storeTo(MF, P.MBB, P.At, P.DL, O, E,
            toMemory(B, O, 8 * Size, X, Offset, At.Scale, J), 8 * Size);
  }
}

bool DeltaCodec::mirrorStore(MachineInstr &Store, MachineBasicBlock &MBB,
                             MachineBasicBlock::iterator At,
                             ShadowLookup Shadow, bool FlagsLive) {
  Place P{MBB, At, Store.getDebugLoc()};
  unsigned Bytes;
  if (const ShadowMemory::Object *O = Memory.ofOther(Store, Bytes))
    encodeAnew(Store, *O, Bytes, P);
  const ShadowMemory::Object *O = Memory.of(Store);
  if (!O)
    return false;
  MemoryMove M = *memoryMove(Store, T);
  ShadowPlace To = placeOf(Store, M.Mem);
  // The complement of what the second copy has; of the first copy's if there is
  // none yet, or only by a product, which writes EFLAGS. Then it is compared.
  bool Own = true;
  auto Encoded = [&](const MachineOperand &MO) {
    Register S = Shadow(MO.getReg());
    if (isEncoded(MO.getReg(), Shadow) &&
        !(isAffine(S) && FlagsLive && !ScaledFrom.count(S))) {
      if (isAffine(S))
        S = toComplement(P, S);
      return shadowUse(P, MO, [&](Register) { return S; });
    }
    Own = false;
    return complement(P, shadowUse(P, MO, [](Register R) { return R; }));
  };
  const MachineOperand &Index = Store.getOperand(M.Mem + 2);
  const MachineOperand &Value = Store.getOperand(M.Mem + 5);
  auto Decode = [&](Register R) { return decode(P, R); };
  DeltaBuilder B(MBB, At, P.DL, M.Bits, Decode);
  Register J, V;
  if (Index.getReg()) {
    J = Encoded(Index);
    if (Own && !isAffine(Shadow(Index.getReg()))) {
      Register &D = Addresses[{&MBB, Index.getReg()}];
      if (!D)
        D = decode(P, J);
      To.Index = D;
    } else {
      To.Index = complement(P, J);
    }
    Own = true; // its check is the address's
  }
  if (Value.isReg()) {
    V = toMemory(B, *O, M.Bits, Encoded(Value), To.Offset, To.Scale, J);
  } else {
    int64_t C = ~Value.getImm();
    if (!J) {
      C += O->signature(M.Bits) - To.Offset;
      C = M.Bits == 64 ? int64_t(byteswap(uint64_t(C))) : C;
    }
    C = SignExtend64(uint64_t(C), M.Bits);
    std::string N = "MOV" + std::to_string(M.Bits);
    if (!J && isInt<32>(C)) {
      MachineInstrBuilder B = BuildMI(
          MBB, At, P.DL, TII.get(T.opcode(N + (M.Bits == 64 ? "mi32" : "mi"))));
      address(B, O->Shadow, To);
      B.addImm(C).addMemOperand(memoryOf(MF, *O, O->Shadow, To, M.Bits / 8,
                                         MachineMemOperand::MOStore));
      ++Stats.Kept;
      return !O->Compared;
    }
    V = MRI.createVirtualRegister(T.regClass("GR" + std::to_string(M.Bits)));
    BuildMI(MBB, At, P.DL,
            TII.get(T.opcode(
                N + (M.Bits == 64 && isInt<32>(C) ? "ri32" : "ri"))),
            V)
        .addImm(C);
    if (J)
      V = toMemory(B, *O, M.Bits, V, To.Offset, To.Scale, J);
  }
  storeTo(MF, MBB, At, P.DL, *O, To, V, M.Bits);
  ++Stats.Kept;
  return Own && !O->Compared;
}

/// second = encoded(first), for elements that may be read before they are
/// written.
void DeltaCodec::beginMemory() {
  for (const ShadowMemory::Object &O : Memory.objects()) {
    if (O.Unwritten.empty())
      continue;
    Place P{*Memory.beginning(), Memory.beginning()->getFirstTerminator(),
            DebugLoc()};
    bool Many = O.Indexed && int64_t(O.Unwritten.size()) > 4;
    if (Many) {
      beginAll(O);
      continue;
    }
    for (int64_t Offset : O.Unwritten) {
      unsigned Bits = 8 * O.At.find(Offset)->second;
      ShadowPlace At{Offset, 1, Register()};
      auto Decode = [&](Register R) { return decode(P, R); };
      DeltaBuilder B(P.MBB, P.At, P.DL, Bits, Decode);
      Register X = loadFrom(MF, P.MBB, P.At, P.DL, O, O.Native, At, Bits);
      storeTo(MF, P.MBB, P.At, P.DL, O, At,
              toMemory(B, O, Bits, complement(P, X), Offset), Bits);
    }
  }
}

/// All elements of an array, in a loop.
void DeltaCodec::beginAll(const ShadowMemory::Object &O) {
  MachineBasicBlock &Before = *Memory.beginning();
  MachineBasicBlock *Behind = *Before.succ_begin();
  // The loop is appended: what is in Before so far stays in front of it.
  MachineBasicBlock *Loop = MF.CreateMachineBasicBlock(Before.getBasicBlock());
  MachineBasicBlock *Next = MF.CreateMachineBasicBlock(Before.getBasicBlock());
  MF.insert(Behind->getIterator(), Loop);
  MF.insert(Behind->getIterator(), Next);
  Before.replaceSuccessor(Behind, Loop);
  Loop->addSuccessor(Loop);
  Loop->addSuccessor(Next);
  Next->addSuccessor(Behind);
  Memory.beginIn(*Next);
  const TargetRegisterClass *RC = T.regClass("GR64_NOSP");
  Register First = MRI.createVirtualRegister(RC),
           I = MRI.createVirtualRegister(RC),
           After = MRI.createVirtualRegister(RC);
  DebugLoc DL;
  BuildMI(Before, Before.end(), DL, TII.get(T.MOV64ri32), First).addImm(0);
  BuildMI(*Loop, Loop->end(), DL, TII.get(TargetOpcode::PHI), I)
      .addReg(First)
      .addMBB(&Before)
      .addReg(After)
      .addMBB(Loop);
  Place P{*Loop, Loop->end(), DL};
  unsigned Bits = 8 * O.Bytes;
  auto Decode = [&](Register R) { return decode(P, R); };
  DeltaBuilder B(*Loop, P.At, DL, Bits, Decode);
  ShadowPlace At{0, O.Bytes, I};
  Register X = loadFrom(MF, *Loop, P.At, DL, O, O.Native, At, Bits);
  storeTo(MF, *Loop, P.At, DL, O, At,
          toMemory(B, O, Bits, complement(P, X), 0, O.Bytes, complement(P, I)),
          Bits);
  BuildMI(*Loop, P.At, DL, TII.get(T.opcode("LEA64r")), After)
      .addReg(I)
      .addImm(1)
      .addReg(0)
      .addImm(1)
      .addReg(0);
  BuildMI(*Loop, P.At, DL, TII.get(T.CMP64ri32))
      .addReg(After)
      .addImm(O.Size / O.Bytes);
  BuildMI(*Loop, P.At, DL, TII.get(T.JCC_1)).addMBB(Loop).addImm(CC_NE);
}
