/*===- UnitArithmetic.c - results and flags of integer operations --------===//
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===--------------------------------------------------------------------===*/
#include "UnitArithmetic.h"

typedef unsigned __int128 U128;
typedef __int128 I128;
typedef struct CritFault Fault;

static uint64_t widthMask(unsigned Width) { return critWidthMask(Width); }

/* A + B + Carry of Bits bits; the carry chain may be broken. */
static uint64_t adder(const Fault *T, int On, uint64_t A, uint64_t B,
                      unsigned Carry, unsigned Width, unsigned *Out) {
  unsigned Bits = 8 * Width, K = T->Bit;
  uint64_t M = widthMask(Width);
  A &= M;
  B &= M;
  int Group = On && T->Kind == CRIT_KIND_Lookahead;
  int Chain = On && (T->Kind == CRIT_KIND_Carry0 ||
                     T->Kind == CRIT_KIND_Carry1 || T->Kind == CRIT_KIND_CarryX);
  if (Group) {
    K = (K & 60) + 4;
    Chain = K < Bits && ((A ^ B) >> (K - 4) & 15) == 15;
  }
  if (!Chain || K == 0 || K >= Bits) {
    U128 S = (U128)A + B + Carry;
    *Out = (unsigned)(S >> Bits) & 1;
    return (uint64_t)S & M;
  }
  uint64_t LowMask = (1ull << K) - 1;
  U128 S = (U128)(A & LowMask) + (B & LowMask) + Carry;
  unsigned C = (unsigned)(S >> K) & 1;
  C = T->Kind == CRIT_KIND_Carry1   ? 1
      : T->Kind == CRIT_KIND_CarryX ? !C
                                    : 0;
  U128 H = (U128)(A >> K) + (B >> K) + C;
  *Out = (unsigned)(H >> (Bits - K)) & 1;
  return ((uint64_t)H << K | ((uint64_t)S & LowMask)) & M;
}

uint32_t critResultFlags(uint64_t R, unsigned Width) {
  uint32_t F = 0;
  if (!(R & widthMask(Width)))
    F |= CRIT_ZF;
  if (R >> (8 * Width - 1) & 1)
    F |= CRIT_SF;
  unsigned P = (unsigned)(R & 0xff);
  P ^= P >> 4;
  if (!(0x6996u >> (P & 15) & 1))
    F |= CRIT_PF;
  return F;
}

static U128 product(const Fault *T, int On, uint64_t A, uint64_t B,
                    unsigned Width, int Signed) {
  unsigned Shift = 64 - 8 * Width;
  if (On && T->Kind == CRIT_KIND_Row)
    B &= ~(1ull << (T->Bit & 63));
  U128 P = Signed ? (U128)((I128)((int64_t)(A << Shift) >> Shift) *
                           ((int64_t)(B << Shift) >> Shift))
                  : (U128)(A & widthMask(Width)) * (B & widthMask(Width));
  if (On && T->Kind == CRIT_KIND_Cell && T->Bit < 8 * Width &&
      T->Bit2 < 8 * Width) {
    unsigned Cell = (unsigned)(A >> T->Bit & B >> T->Bit2 & 1);
    U128 Weight = (U128)1 << (T->Bit + T->Bit2);
    if (Cell != T->Polarity)
      P = Cell ? P - Weight : P + Weight;
  }
  return P;
}

static void shift(unsigned Op, unsigned Width, struct CritValues *V) {
  unsigned Bits = 8 * Width, N = (unsigned)V->B & (Width == 8 ? 63 : 31);
  uint64_t M = widthMask(Width), A = V->A & M;
  V->R = A;
  if (N == 0)
    return;
  unsigned C = 0, Top;
  if (Op == CRIT_OP_ROL || Op == CRIT_OP_ROR) {
    unsigned K = N % Bits;
    if (Op == CRIT_OP_ROR)
      K = (Bits - K) % Bits;
    V->R = K ? (A << K | A >> (Bits - K)) & M : A;
    Top = (unsigned)(V->R >> (Bits - 1)) & 1;
    if (Op == CRIT_OP_ROL) {
      C = (unsigned)V->R & 1;
      V->Flags = (V->Flags & ~(CRIT_CF | CRIT_OF)) | (C ? CRIT_CF : 0) | (Top ^ C ? CRIT_OF : 0);
    } else {
      C = Top;
      V->Flags = (V->Flags & ~(CRIT_CF | CRIT_OF)) | (C ? CRIT_CF : 0) |
                 (Top ^ (V->R >> (Bits - 2) & 1) ? CRIT_OF : 0);
    }
    return;
  }
  int64_t S = (int64_t)(A << (64 - Bits)) >> (64 - Bits);
  uint32_t Over = 0;
  if (Op == CRIT_OP_SHL) {
    C = N <= Bits ? (unsigned)(A >> (Bits - N)) & 1 : 0;
    V->R = N < Bits ? A << N & M : 0;
    Over = (V->R >> (Bits - 1) & 1) ^ C ? CRIT_OF : 0;
  } else if (Op == CRIT_OP_SHR) {
    C = N <= Bits ? (unsigned)(A >> (N - 1)) & 1 : 0;
    V->R = N < Bits ? A >> N : 0;
    Over = A >> (Bits - 1) & 1 ? CRIT_OF : 0;
  } else {
    C = (unsigned)(S >> (N - 1 < 63 ? N - 1 : 63)) & 1;
    V->R = (uint64_t)(S >> (N < 63 ? N : 63)) & M;
  }
  V->Flags = critResultFlags(V->R, Width) | (C ? CRIT_CF : 0) | Over;
}

static void divide(unsigned Op, unsigned Width, uint64_t High,
                   struct CritValues *V) {
  /* The real one: it also raises what it raises. */
#define DIVIDE(INSN, TYPE)                                                     \
  {                                                                            \
    TYPE Quotient = (TYPE)V->A, Rest = (TYPE)High;                             \
    __asm__(INSN " %2" : "+a"(Quotient), "+d"(Rest) : "r"((TYPE)V->B));        \
    V->R = Quotient;                                                           \
    V->High = Rest;                                                            \
  }
  int Signed = Op == CRIT_OP_IDIV;
  if (Width == 8 && Signed)
    DIVIDE("idivq", uint64_t)
  else if (Width == 8)
    DIVIDE("divq", uint64_t)
  else if (Width == 4 && Signed)
    DIVIDE("idivl", uint32_t)
  else if (Width == 4)
    DIVIDE("divl", uint32_t)
  else if (Width == 2 && Signed)
    DIVIDE("idivw", uint16_t)
  else if (Width == 2)
    DIVIDE("divw", uint16_t)
  else {
    uint16_t Ax = (uint16_t)V->A;
    if (Signed)
      __asm__("idivb %b1" : "+a"(Ax) : "q"((uint8_t)V->B));
    else
      __asm__("divb %b1" : "+a"(Ax) : "q"((uint8_t)V->B));
    V->R = Ax & 0xff;
    V->High = Ax >> 8;
  }
  V->WritesHigh = 1;
}

void critCompute(Fault *T, int On, unsigned Op, unsigned Width,
                    uint64_t High, struct CritValues *V) {
  unsigned Carry = 0, Top = 8 * Width - 1;
  uint64_t M = widthMask(Width), A = V->A, B = V->B;
  int Subtracts = 0;
  uint32_t Kept = 0;
  switch (Op) {
  case CRIT_OP_ADC:
  case CRIT_OP_SBB:
    Carry = V->Flags & CRIT_CF;
    Subtracts = Op == CRIT_OP_SBB;
    break;
  case CRIT_OP_SUB:
  case CRIT_OP_CMP:
    Subtracts = 1;
    break;
  case CRIT_OP_INC:
  case CRIT_OP_DEC:
    B = 1;
    Kept = CRIT_CF;
    Subtracts = Op == CRIT_OP_DEC;
    break;
  case CRIT_OP_NEG:
    B = A;
    A = 0;
    Subtracts = 1;
    break;
  default:
    break;
  }
  switch (Op) {
  case CRIT_OP_ADD:
  case CRIT_OP_ADC:
  case CRIT_OP_SUB:
  case CRIT_OP_SBB:
  case CRIT_OP_CMP:
  case CRIT_OP_INC:
  case CRIT_OP_DEC:
  case CRIT_OP_NEG: {
    unsigned Out;
    uint64_t Y = Subtracts ? ~B & M : B & M;
    V->R = adder(T, On, A, Y, Subtracts ? !Carry : Carry, Width, &Out);
    uint64_t Over = (A ^ V->R) & (Y ^ V->R);
    V->Flags = (V->Flags & Kept) |
               ((Subtracts ? !Out : Out) ? CRIT_CF & ~Kept : 0) |
               critResultFlags(V->R, Width) | (Over >> Top & 1 ? CRIT_OF : 0) |
               ((A ^ (Subtracts ? B : Y) ^ V->R) & CRIT_AF);
    break;
  }
  case CRIT_OP_AND:
  case CRIT_OP_TEST:
    V->R = A & B & M;
    V->Flags = critResultFlags(V->R, Width);
    break;
  case CRIT_OP_OR:
    V->R = (A | B) & M;
    V->Flags = critResultFlags(V->R, Width);
    break;
  case CRIT_OP_XOR:
    V->R = (A ^ B) & M;
    V->Flags = critResultFlags(V->R, Width);
    break;
  case CRIT_OP_NOT:
    V->R = ~A & M;
    break;
  case CRIT_OP_SHL:
  case CRIT_OP_SHR:
  case CRIT_OP_SAR:
  case CRIT_OP_ROL:
  case CRIT_OP_ROR:
    shift(Op, Width, V);
    break;
  case CRIT_OP_IMUL:
  case CRIT_OP_IMULW:
  case CRIT_OP_MULW: {
    int Signed = Op != CRIT_OP_MULW;
    U128 P = product(T, On, A, B, Width, Signed);
    V->R = (uint64_t)P & M;
    V->High = (uint64_t)(P >> (8 * Width)) & M;
    V->WritesHigh = Op != CRIT_OP_IMUL;
    uint64_t Sign = Signed && V->R >> Top & 1 ? M : 0;
    V->Flags = (V->Flags & ~(CRIT_CF | CRIT_OF)) | (V->High != Sign ? CRIT_CF | CRIT_OF : 0);
    break;
  }
  case CRIT_OP_DIV:
  case CRIT_OP_IDIV:
    divide(Op, Width, High, V);
    break;
  default:
    V->R = B & M;
    break;
  }
}

int critCondition(unsigned CondCode, uint32_t F) {
  int R = 0, Less = !(F & CRIT_SF) != !(F & CRIT_OF);
  switch (CondCode >> 1) {
  case 0:
    R = (F & CRIT_OF) != 0;
    break;
  case 1:
    R = (F & CRIT_CF) != 0;
    break;
  case 2:
    R = (F & CRIT_ZF) != 0;
    break;
  case 3:
    R = (F & (CRIT_CF | CRIT_ZF)) != 0;
    break;
  case 4:
    R = (F & CRIT_SF) != 0;
    break;
  case 5:
    R = (F & CRIT_PF) != 0;
    break;
  case 6:
    R = Less;
    break;
  default:
    R = Less || (F & CRIT_ZF);
    break;
  }
  return R ^ (CondCode & 1);
}
