//===- UnitDecoder.cpp - integer instructions by execution unit -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "UnitDecoder.h"

#include <cstring>

namespace crit::inject {

Encoding parseEncoding(const uint8_t *B, size_t Length) {
  Encoding E;
  unsigned At = 0;
  for (; At < Length; ++At) {
    switch (B[At]) {
    case 0x66:
      E.Prefix66 = true;
      continue;
    case 0x67:
      E.Prefix67 = true;
      continue;
    case 0xf0:
      E.Lock = true;
      continue;
    case 0xf2:
    case 0xf3:
      E.Rep = true;
      continue;
    case 0x64:
    case 0x65:
      E.Segment = true;
      continue;
    case 0x2e:
    case 0x36:
    case 0x3e:
    case 0x26:
      continue;
    }
    break;
  }
  if (At < Length && (B[At] & 0xf0) == 0x40)
    E.Rex = B[At++];
  uint8_t First = At < Length ? B[At] : 0;
  if (First == 0xc5 || First == 0xc4 || First == 0x62) {
    E.Vex = true;
    E.Opcode = At + (First == 0xc5 ? 2 : First == 0xc4 ? 3 : 4);
    return E;
  }
  if (First == 0x0f && At + 1 < Length) {
    E.Map = B[At + 1] == 0x38 ? 2 : B[At + 1] == 0x3a ? 3 : 1;
    At += E.Map == 1 ? 1 : 2;
  }
  E.Opcode = At;
  return E;
}

namespace {

class UnitDecoder {
public:
  UnitDecoder(uint64_t A, const uint8_t *Bytes, size_t N)
      : Address(A), B(Bytes), Length(N), E(parseEncoding(Bytes, N)) {
    std::memset(&S, 0, sizeof S);
    S.Base = S.Index = CRIT_NO_REG;
  }
  std::optional<CritSite> decode();

private:
  bool oneByte(uint8_t Op);
  bool twoBytes(uint8_t Op);
  bool operands();
  void regOperand(uint8_t &Kind, uint8_t &Reg, unsigned Number, unsigned W);
  bool rm(uint8_t &Kind, uint8_t &Reg, unsigned W);
  void reg(uint8_t &Kind, uint8_t &Reg, unsigned W);
  void immediate(unsigned Bytes);
  unsigned wide() const { return E.Rex & 8 ? 8 : E.Prefix66 ? 2 : 4; }
  unsigned group() const { return B[E.modrm()] >> 3 & 7; }
  bool set(unsigned Op, unsigned Width) {
    S.Op = static_cast<uint8_t>(Op);
    S.Width = static_cast<uint8_t>(Width);
    return true;
  }

  uint64_t Address;
  const uint8_t *B;
  size_t Length;
  Encoding E;
  CritSite S;
};

} // namespace

void UnitDecoder::regOperand(uint8_t &Kind, uint8_t &Reg, unsigned N,
                             unsigned W) {
  Kind = CRIT_OPND_REG;
  Reg = static_cast<uint8_t>(N);
  if (W == 1 && !E.Rex && N >= 4 && N < 8) {
    Kind = CRIT_OPND_HIGH;
    Reg = static_cast<uint8_t>(N - 4);
  }
}

void UnitDecoder::reg(uint8_t &Kind, uint8_t &Reg, unsigned W) {
  regOperand(Kind, Reg, group() | (E.Rex & 4 ? 8u : 0u), W);
}

bool UnitDecoder::rm(uint8_t &Kind, uint8_t &Reg, unsigned W) {
  size_t At = E.modrm();
  if (At >= Length)
    return false;
  unsigned Mod = B[At] >> 6, Rm = B[At] & 7;
  if (Mod == 3) {
    regOperand(Kind, Reg, Rm | (E.Rex & 1 ? 8u : 0u), W);
    return true;
  }
  if (E.Segment || E.Prefix67)
    return false;
  Kind = CRIT_OPND_MEM;
  ++At;
  bool Rip = Mod == 0 && Rm == 5;
  bool NoBase = Rip;
  if (Rm == 4) {
    if (At >= Length)
      return false;
    uint8_t Sib = B[At++];
    unsigned Index = (Sib >> 3 & 7) | (E.Rex & 2 ? 8u : 0u);
    if (Index != 4)
      S.Index = static_cast<uint8_t>(Index);
    S.Scale = Sib >> 6;
    Rm = Sib & 7;
    NoBase = Mod == 0 && Rm == 5;
  }
  if (!NoBase)
    S.Base = static_cast<uint8_t>(Rm | (E.Rex & 1 ? 8u : 0u));
  int32_t Disp = 0;
  if (Mod == 1 && At < Length) {
    Disp = static_cast<int8_t>(B[At]);
  } else if (Mod == 2 || NoBase) {
    if (At + 4 > Length)
      return false;
    std::memcpy(&Disp, B + At, 4);
  }
  S.Disp = static_cast<uint64_t>(static_cast<int64_t>(Disp)) +
           (Rip ? Address + Length : 0);
  return true;
}

/// Immediates stand last.
void UnitDecoder::immediate(unsigned Bytes) {
  int64_t V = static_cast<int8_t>(B[Length - 1]);
  if (Bytes == 2) {
    int16_t W;
    std::memcpy(&W, B + Length - 2, 2);
    V = W;
  } else if (Bytes == 4) {
    int32_t W;
    std::memcpy(&W, B + Length - 4, 4);
    V = W;
  }
  S.Imm = static_cast<uint64_t>(V);
  S.Src = CRIT_OPND_IMM;
}

bool UnitDecoder::oneByte(uint8_t Op) {
  static const uint8_t Group1[8] = {CRIT_OP_ADD, CRIT_OP_OR,  CRIT_OP_ADC,
                                    CRIT_OP_SBB, CRIT_OP_AND, CRIT_OP_SUB,
                                    CRIT_OP_XOR, CRIT_OP_CMP};
  unsigned W = Op & 1 ? wide() : 1;
  unsigned ImmBytes = W == 8 ? 4 : W;
  if (Op < 0x40 && (Op & 7) < 6) {
    set(Group1[Op >> 3], W);
    switch (Op & 7) {
    case 0:
    case 1:
      reg(S.Src, S.SrcReg, W);
      return rm(S.Dst, S.DstReg, W);
    case 2:
    case 3:
      reg(S.Dst, S.DstReg, W);
      return rm(S.Src, S.SrcReg, W);
    default:
      S.Dst = CRIT_OPND_REG;
      immediate(ImmBytes);
      return true;
    }
  }
  if (Op >= 0x70 && Op <= 0x7f) {
    S.CondCode = Op & 15;
    return set(CRIT_OP_JCC, 8);
  }
  switch (Op) {
  case 0x80:
  case 0x81:
  case 0x83:
    set(Group1[group()], W);
    immediate(Op == 0x81 ? ImmBytes : 1);
    return rm(S.Dst, S.DstReg, W);
  case 0x84:
  case 0x85:
    set(CRIT_OP_TEST, W);
    reg(S.Src, S.SrcReg, W);
    return rm(S.Dst, S.DstReg, W);
  case 0xa8:
  case 0xa9:
    S.Dst = CRIT_OPND_REG;
    immediate(ImmBytes);
    return set(CRIT_OP_TEST, W);
  case 0x8a:
  case 0x8b:
    set(CRIT_OP_MOV, W);
    reg(S.Dst, S.DstReg, W);
    return rm(S.Src, S.SrcReg, W) && S.Src == CRIT_OPND_MEM;
  case 0x63:
    set(CRIT_OP_MOVSX, wide());
    S.SrcWidth = 4;
    reg(S.Dst, S.DstReg, wide());
    return rm(S.Src, S.SrcReg, 4) && S.Src == CRIT_OPND_MEM && wide() == 8;
  case 0x8d:
    set(CRIT_OP_LEA, wide());
    reg(S.Dst, S.DstReg, wide());
    return rm(S.Src, S.SrcReg, wide()) &&
           // With rip it is a constant, with the displacement alone too.
           (S.Base != CRIT_NO_REG || S.Index != CRIT_NO_REG);
  case 0x69:
  case 0x6b:
    set(CRIT_OP_IMUL, wide());
    S.ThreeOperands = 1;
    immediate(Op == 0x6b ? 1 : wide() == 8 ? 4 : wide());
    reg(S.Dst, S.DstReg, wide());
    return rm(S.Src, S.SrcReg, wide());
  case 0xc0:
  case 0xc1:
  case 0xd0:
  case 0xd1:
  case 0xd2:
  case 0xd3: {
    static const int Group2[8] = {CRIT_OP_ROL, CRIT_OP_ROR, -1, -1,
                                  CRIT_OP_SHL, CRIT_OP_SHR, CRIT_OP_SHL,
                                  CRIT_OP_SAR};
    int Which = Group2[group()];
    if (Which < 0)
      return false;
    set(static_cast<unsigned>(Which), W);
    if (Op < 0xd0) {
      immediate(1);
    } else if (Op < 0xd2) {
      S.Src = CRIT_OPND_IMM;
      S.Imm = 1;
    } else {
      S.Src = CRIT_OPND_REG;
      S.SrcReg = 1;
    }
    return rm(S.Dst, S.DstReg, W);
  }
  case 0xf6:
  case 0xf7: {
    static const uint8_t Group3[8] = {CRIT_OP_TEST,  CRIT_OP_TEST, CRIT_OP_NOT,
                                      CRIT_OP_NEG,   CRIT_OP_MULW,
                                      CRIT_OP_IMULW, CRIT_OP_DIV,  CRIT_OP_IDIV};
    set(Group3[group()], W);
    if (group() < 2)
      immediate(ImmBytes);
    if (group() < 4)
      return rm(S.Dst, S.DstReg, W);
    S.Dst = CRIT_OPND_REG;
    return rm(S.Src, S.SrcReg, W);
  }
  case 0xfe:
  case 0xff:
    if (group() > 1)
      return false;
    set(group() ? CRIT_OP_DEC : CRIT_OP_INC, W);
    return rm(S.Dst, S.DstReg, W);
  default:
    return false;
  }
}

bool UnitDecoder::twoBytes(uint8_t Op) {
  if ((Op & 0xf0) == 0x80) {
    S.CondCode = Op & 15;
    return set(CRIT_OP_JCC, 8);
  }
  switch (Op) {
  case 0xaf:
    set(CRIT_OP_IMUL, wide());
    reg(S.Dst, S.DstReg, wide());
    return rm(S.Src, S.SrcReg, wide());
  case 0xb6:
  case 0xb7:
  case 0xbe:
  case 0xbf:
    set(Op < 0xb8 ? CRIT_OP_MOVZX : CRIT_OP_MOVSX, wide());
    S.SrcWidth = Op & 1 ? 2 : 1;
    reg(S.Dst, S.DstReg, wide());
    return rm(S.Src, S.SrcReg, S.SrcWidth) && S.Src == CRIT_OPND_MEM;
  default:
    return false;
  }
}

static unsigned unitOf(unsigned Op) {
  if (Op <= CRIT_OP_LEA)
    return CRIT_UNIT_Add;
  if (Op <= CRIT_OP_TEST)
    return CRIT_UNIT_Compare;
  if (Op <= CRIT_OP_NOT)
    return CRIT_UNIT_Logic;
  if (Op <= CRIT_OP_ROR)
    return CRIT_UNIT_Shift;
  if (Op <= CRIT_OP_IMULW)
    return CRIT_UNIT_Mul;
  if (Op <= CRIT_OP_IDIV)
    return CRIT_UNIT_Div;
  return Op == CRIT_OP_JCC ? CRIT_UNIT_Branch : CRIT_UNIT_Load;
}

std::optional<CritSite> UnitDecoder::decode() {
  // Atomic operations stay atomic only as they are.
  if (E.Vex || E.Lock || E.Rep || E.Map > 1 || E.Opcode >= Length)
    return std::nullopt;
  bool Known = E.Map == 0 ? oneByte(B[E.Opcode]) : twoBytes(B[E.Opcode]);
  if (!Known)
    return std::nullopt;
  S.Unit = static_cast<uint8_t>(unitOf(S.Op));
  return S;
}

std::optional<CritSite> decodeUnit(uint64_t Address, const uint8_t *Bytes,
                                   size_t Length) {
  return UnitDecoder(Address, Bytes, Length).decode();
}

} // namespace crit::inject
