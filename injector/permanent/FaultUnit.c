/*===- FaultUnit.c - a faulty execution unit, in software ----------------===//
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===--------------------------------------------------------------------===*/
#include "FaultUnit.h"

typedef unsigned __int128 U128;
typedef __int128 I128;
typedef struct CritFrame Frame;
typedef struct CritSite Site;
typedef struct CritFault Fault;

enum { CF = 1, PF = 4, AF = 16, ZF = 64, SF = 128, OF = 2048 };

static uint64_t widthMask(unsigned Width) {
  return Width == 8 ? ~0ull : (1ull << (8 * Width)) - 1;
}

static uint64_t *slot(Frame *F, unsigned Reg) {
  switch (Reg) {
  case 0:
    return &F->Rax;
  case 1:
    return &F->Rcx;
  case 2:
    return &F->Rdx;
  case 3:
    return &F->Rbx;
  case 4:
    return &F->Rsp;
  default:
    return &F->Rbp + (Reg - 5);
  }
}

static uint64_t readReg(Frame *F, unsigned Reg) {
  return Reg == 4 ? F->Rsp + 128 : *slot(F, Reg);
}

static uint32_t getFlags(const Frame *F) {
  return (uint32_t)(F->Flags >> 8 & 0xff) | (F->Flags & 1 ? OF : 0u);
}

static void setFlags(Frame *F, uint32_t Flags) {
  F->Flags = (uint64_t)(Flags & 0xff) << 8 | (Flags & OF ? 1 : 0);
}

static uint64_t next(Fault *T) {
  uint64_t Z = T->Random += 0x9e3779b97f4a7c15ull;
  Z = (Z ^ (Z >> 30)) * 0xbf58476d1ce4e5b9ull;
  Z = (Z ^ (Z >> 27)) * 0x94d049bb133111ebull;
  return Z ^ (Z >> 31);
}

static int rightThread(Fault *T) {
  uint64_t Self;
  __asm__("movq %%fs:0, %0" : "=r"(Self));
  for (int64_t I = 0; I < 64; ++I) {
    uint64_t Old = 0;
    if (__atomic_compare_exchange_n(&T->ThreadPointers[I], &Old, Self, 0,
                                    __ATOMIC_RELAXED, __ATOMIC_RELAXED) ||
        Old == Self)
      return I == T->Thread;
  }
  return 0;
}

static int rightCore(const Fault *T) {
  uint32_t Low, High, Core;
  __asm__ volatile("rdtscp" : "=a"(Low), "=d"(High), "=c"(Core));
  return (Core & 0xfff) == (uint64_t)T->Core;
}

/* The fault is there in this execution of its unit. */
static int strikes(Fault *T) {
  uint64_t N = T->Count++;
  if (T->Window && N - T->First >= T->Window)
    return 0;
  if (T->Thread >= 0 && !rightThread(T))
    return 0;
  if (T->Core >= 0 && !rightCore(T))
    return 0;
  return !T->Threshold || next(T) < T->Threshold;
}

/* What the fault does to a result of Width bytes. */
static uint64_t faultyResult(Fault *T, uint64_t A, uint64_t B, uint64_t R,
                             unsigned Width, unsigned Op) {
  uint64_t M = widthMask(Width), Bit = T->Bit < 64 ? 1ull << T->Bit : 0;
  uint64_t Match = T->Kind == CRIT_KIND_Trigger4 ? 15 : 255;
  switch (T->Kind) {
  case CRIT_KIND_Stuck:
  case CRIT_KIND_Register:
    R = T->Polarity ? R | Bit : R & ~Bit;
    break;
  case CRIT_KIND_Inverted:
  case CRIT_KIND_Intermittent:
    R ^= Bit;
    break;
  case CRIT_KIND_Mask:
    R ^= T->Mask;
    break;
  case CRIT_KIND_Zero:
    R = 0;
    break;
  case CRIT_KIND_Trigger4:
  case CRIT_KIND_Trigger8:
    if (Op == T->From && !((A ^ T->PatternA) & Match) &&
        !((B ^ T->PatternB) & Match))
      R ^= T->Mask;
    break;
  case CRIT_KIND_Bridged: {
    uint64_t Both = Bit | Bit << 1, V = R & Both;
    int One = T->Polarity ? V != 0 : V == Both;
    if (Bit << 1 & M)
      R = One ? R | Both : R & ~Both;
    break;
  }
  case CRIT_KIND_Lane: {
    uint64_t Lane = 0xffull << (T->Bit & 56);
    R = T->Polarity ? R | Lane : R & ~Lane;
    break;
  }
  case CRIT_KIND_Delay:
    if ((A & Bit) && !(T->LastA & Bit))
      R = T->LastResult;
    break;
  default:
    break;
  }
  return R & M;
}

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

static uint32_t resultFlags(uint64_t R, unsigned Width) {
  uint32_t F = 0;
  if (!(R & widthMask(Width)))
    F |= ZF;
  if (R >> (8 * Width - 1) & 1)
    F |= SF;
  unsigned P = (unsigned)(R & 0xff);
  P ^= P >> 4;
  if (!(0x6996u >> (P & 15) & 1))
    F |= PF;
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

struct Values {
  uint64_t A, B, R, High;
  uint32_t Flags;
  int WritesHigh, Writes;
};

static void shift(unsigned Op, unsigned Width, struct Values *V) {
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
      V->Flags = (V->Flags & ~(CF | OF)) | (C ? CF : 0) | (Top ^ C ? OF : 0);
    } else {
      C = Top;
      V->Flags = (V->Flags & ~(CF | OF)) | (C ? CF : 0) |
                 (Top ^ (V->R >> (Bits - 2) & 1) ? OF : 0);
    }
    return;
  }
  int64_t S = (int64_t)(A << (64 - Bits)) >> (64 - Bits);
  uint32_t Over = 0;
  if (Op == CRIT_OP_SHL) {
    C = N <= Bits ? (unsigned)(A >> (Bits - N)) & 1 : 0;
    V->R = N < Bits ? A << N & M : 0;
    Over = (V->R >> (Bits - 1) & 1) ^ C ? OF : 0;
  } else if (Op == CRIT_OP_SHR) {
    C = N <= Bits ? (unsigned)(A >> (N - 1)) & 1 : 0;
    V->R = N < Bits ? A >> N : 0;
    Over = A >> (Bits - 1) & 1 ? OF : 0;
  } else {
    C = (unsigned)(S >> (N - 1 < 63 ? N - 1 : 63)) & 1;
    V->R = (uint64_t)(S >> (N < 63 ? N : 63)) & M;
  }
  V->Flags = resultFlags(V->R, Width) | (C ? CF : 0) | Over;
}

static void divide(unsigned Op, unsigned Width, uint64_t High,
                   struct Values *V) {
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

/* V->R and flags of Op; On: the carry chain or the array is broken. */
static void compute(Fault *T, int On, unsigned Op, unsigned Width,
                    uint64_t High, struct Values *V) {
  unsigned Carry = 0, Top = 8 * Width - 1;
  uint64_t M = widthMask(Width), A = V->A, B = V->B;
  int Subtracts = 0;
  uint32_t Kept = 0;
  switch (Op) {
  case CRIT_OP_ADC:
  case CRIT_OP_SBB:
    Carry = V->Flags & CF;
    Subtracts = Op == CRIT_OP_SBB;
    break;
  case CRIT_OP_SUB:
  case CRIT_OP_CMP:
    Subtracts = 1;
    break;
  case CRIT_OP_INC:
  case CRIT_OP_DEC:
    B = 1;
    Kept = CF;
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
               ((Subtracts ? !Out : Out) ? CF & ~Kept : 0) |
               resultFlags(V->R, Width) | (Over >> Top & 1 ? OF : 0) |
               ((A ^ (Subtracts ? B : Y) ^ V->R) & AF);
    break;
  }
  case CRIT_OP_AND:
  case CRIT_OP_TEST:
    V->R = A & B & M;
    V->Flags = resultFlags(V->R, Width);
    break;
  case CRIT_OP_OR:
    V->R = (A | B) & M;
    V->Flags = resultFlags(V->R, Width);
    break;
  case CRIT_OP_XOR:
    V->R = (A ^ B) & M;
    V->Flags = resultFlags(V->R, Width);
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
    V->Flags = (V->Flags & ~(CF | OF)) | (V->High != Sign ? CF | OF : 0);
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

static int condition(unsigned CondCode, uint32_t F) {
  int R = 0, Less = !(F & SF) != !(F & OF);
  switch (CondCode >> 1) {
  case 0:
    R = (F & OF) != 0;
    break;
  case 1:
    R = (F & CF) != 0;
    break;
  case 2:
    R = (F & ZF) != 0;
    break;
  case 3:
    R = (F & (CF | ZF)) != 0;
    break;
  case 4:
    R = (F & SF) != 0;
    break;
  case 5:
    R = (F & PF) != 0;
    break;
  case 6:
    R = Less;
    break;
  default:
    R = Less || (F & ZF);
    break;
  }
  return R ^ (CondCode & 1);
}

static uint64_t readMemory(uint64_t At, unsigned Width) {
  switch (Width) {
  case 1:
    return *(volatile uint8_t *)At;
  case 2:
    return *(volatile uint16_t *)At;
  case 4:
    return *(volatile uint32_t *)At;
  default:
    return *(volatile uint64_t *)At;
  }
}

static void writeMemory(uint64_t At, uint64_t V, unsigned Width) {
  switch (Width) {
  case 1:
    *(volatile uint8_t *)At = (uint8_t)V;
    break;
  case 2:
    *(volatile uint16_t *)At = (uint16_t)V;
    break;
  case 4:
    *(volatile uint32_t *)At = (uint32_t)V;
    break;
  default:
    *(volatile uint64_t *)At = V;
  }
}

static void sample(Fault *T, unsigned Unit, unsigned Op, unsigned Width,
                   uint64_t A, uint64_t B) {
  uint64_t At = T->NumSamples;
  if (At == CRIT_NUM_SAMPLES) {
    At = next(T) % T->Hits;
    if (At >= CRIT_NUM_SAMPLES)
      return;
  } else {
    ++T->NumSamples;
  }
  T->Samples[At].A = A;
  T->Samples[At].B = B;
  T->Samples[At].Op = Op;
  T->Samples[At].Unit = (uint16_t)Unit;
  T->Samples[At].Width = (uint16_t)Width;
}

static uint64_t load(Fault *T, uint64_t At, unsigned Width) {
  if (T->Recording) {
    if (T->Unit == CRIT_UNIT_Load) {
      sample(T, CRIT_UNIT_Load, CRIT_OP_MOV, Width, At, 0);
      T->Count++;
    }
  }
  if (T->Unit != CRIT_UNIT_Load || !T->Kind || !strikes(T))
    return readMemory(At, Width);
  uint64_t Right = At;
  if (T->Kind == CRIT_KIND_Latch)
    Right = T->Polarity ? At | 1ull << T->Bit : At & ~(1ull << T->Bit);
  uint64_t V = readMemory(Right, Width);
  uint64_t R = faultyResult(T, At, 0, V, Width, CRIT_OP_MOV);
  T->Active += R != V || Right != At;
  T->LastA = At;
  T->LastResult = V;
  return R;
}

static uint64_t address(Frame *F, const Site *S) {
  uint64_t At = S->Disp;
  if (S->Base != CRIT_NO_REG)
    At += readReg(F, S->Base);
  if (S->Index != CRIT_NO_REG)
    At += readReg(F, S->Index) << S->Scale;
  return At;
}

static uint64_t readOperand(Frame *F, const Site *S, Fault *T, unsigned Kind,
                            unsigned Reg, unsigned Width) {
  switch (Kind) {
  case CRIT_OPND_REG:
    return readReg(F, Reg) & widthMask(Width);
  case CRIT_OPND_HIGH:
    return *slot(F, Reg) >> 8 & 0xff;
  case CRIT_OPND_MEM:
    return load(T, address(F, S), Width);
  case CRIT_OPND_IMM:
    return S->Imm & widthMask(Width);
  default:
    return 0;
  }
}

static void writeReg(Frame *F, unsigned Reg, uint64_t V, unsigned Width) {
  uint64_t M = widthMask(Width), Old = readReg(F, Reg);
  V = Width >= 4 ? V & M : (Old & ~M) | (V & M);
  *slot(F, Reg) = Reg == 4 ? V - 128 : V;
}

static void writeOperand(Frame *F, const Site *S, uint64_t V) {
  if (S->Dst == CRIT_OPND_REG)
    writeReg(F, S->DstReg, V, S->Width);
  else if (S->Dst == CRIT_OPND_HIGH)
    *slot(F, S->DstReg) =
        (*slot(F, S->DstReg) & ~0xff00ull) | (V & 0xff) << 8;
  else
    writeMemory(address(F, S), V, S->Width);
}

static uint64_t jump(Fault *T, const Site *S, Frame *F) {
  uint64_t Taken = (uint64_t)condition(S->CondCode, getFlags(F));
  if (T->Unit != CRIT_UNIT_Branch || !T->Kind || !strikes(T))
    return Taken;
  uint64_t R = T->Kind == CRIT_KIND_Stuck ? T->Polarity : !Taken;
  if (T->Kind == CRIT_KIND_Replaced) { /* l ge le g -> b ae be a */
    static const uint8_t Unsigned[4] = {2, 3, 6, 7};
    R = S->CondCode < 12
            ? Taken
            : (uint64_t)condition(Unsigned[S->CondCode - 12], getFlags(F));
  }
  T->Active += R != Taken;
  return R;
}

/* The compare unit's result is its flags. */
static uint32_t faultyFlags(Fault *T, const struct Values *V, unsigned Op) {
  static const uint16_t Which[4] = {CF, ZF, SF, OF};
  uint32_t Bit = Which[T->Bit & 3], F = V->Flags;
  uint64_t Match = T->Kind == CRIT_KIND_Trigger4 ? 15 : 255;
  switch (T->Kind) {
  case CRIT_KIND_Stuck:
    return T->Polarity ? F | Bit : F & ~Bit;
  case CRIT_KIND_Inverted:
  case CRIT_KIND_Intermittent:
    return F ^ Bit;
  case CRIT_KIND_Trigger4:
  case CRIT_KIND_Trigger8:
    return Op == T->From && !((V->A ^ T->PatternA) & Match) &&
                   !((V->B ^ T->PatternB) & Match)
               ? F ^ Bit
               : F;
  default:
    return F;
  }
}

static void applyFault(Fault *T, const Site *S, uint64_t High,
                       struct Values *V) {
  unsigned Op = S->Op, Width = S->Width;
  uint64_t A = V->A, B = V->B;
  struct Values Right = *V;
  /* The right result is for the count of activations; a division has been done
     by then only if it is not the faulty one, which may trap. */
  int Divides = Op == CRIT_OP_DIV || Op == CRIT_OP_IDIV;
  if (T->Kind == CRIT_KIND_Latch) {
    uint64_t *P = T->Latch ? &V->B : &V->A, Bit = 1ull << T->Bit;
    if (Bit & widthMask(Width))
      *P = T->Polarity ? *P | Bit : *P & ~Bit;
  }
  if (T->Kind == CRIT_KIND_Stale)
    V->B = T->LastB;
  unsigned Other = T->Kind == CRIT_KIND_Replaced && Op == T->From ? T->To : Op;
  compute(T, 1, Other, Width, High, V);
  if (Other != Op)
    V->WritesHigh = 0;
  if (!Divides) {
    compute(T, 0, Op, Width, High, &Right);
    if (Other != Op && Right.WritesHigh) {
      V->High = Right.High;
      V->WritesHigh = 1;
    }
  } else {
    Right = *V;
  }
  if (S->Unit == CRIT_UNIT_Compare) {
    V->Flags = faultyFlags(T, V, Op);
  } else {
    uint64_t R = faultyResult(T, A, B, V->R, Width, Op);
    if (R != V->R) {
      V->R = R;
      int HasFlags = S->Unit == CRIT_UNIT_Add && Op != CRIT_OP_LEA;
      HasFlags |= S->Unit == CRIT_UNIT_Logic && Op != CRIT_OP_NOT;
      HasFlags |= S->Unit == CRIT_UNIT_Shift && Op <= CRIT_OP_SAR;
      if (HasFlags)
        V->Flags = (V->Flags & ~(ZF | SF | PF)) | resultFlags(R, Width);
    }
  }
  T->Active += V->R != Right.R ||
               (V->WritesHigh && V->High != Right.High) ||
               ((V->Flags ^ Right.Flags) & ~AF) != 0;
  T->LastA = A;
  T->LastB = B;
  T->LastResult = Right.R;
}

/* This instruction is done by the unit that is broken. */
static int concerns(const Fault *T, const Site *S) {
  if (!T->Kind)
    return 0;
  switch (T->Unit) {
  case CRIT_UNIT_Result:
    return S->Unit != CRIT_UNIT_Compare && S->Unit != CRIT_UNIT_Load &&
           (T->Hits & 15) == T->Bit2;
  case CRIT_UNIT_Add:
    /* Compares use the same carry chain. */
    if (S->Op == CRIT_OP_CMP)
      return T->Kind == CRIT_KIND_Carry0 || T->Kind == CRIT_KIND_Carry1 ||
             T->Kind == CRIT_KIND_CarryX || T->Kind == CRIT_KIND_Lookahead;
    return S->Unit == CRIT_UNIT_Add;
  default:
    return S->Unit == T->Unit && T->Unit != CRIT_UNIT_Load;
  }
}

__attribute__((section(".text.first"))) uint64_t
critFaultUnit(Frame *F, const Site *S, Fault *T) {
  ++T->Hits;
  if (--T->Budget < 0)
    __asm__ volatile("int3");
  if (S->Op == CRIT_OP_JCC) {
    if (T->Recording && T->Unit == CRIT_UNIT_Branch) {
      sample(T, CRIT_UNIT_Branch, CRIT_OP_JCC, 8, 0, 0);
      T->Count++;
    }
    return jump(T, S, F);
  }
  unsigned Width = S->Width;
  struct Values V = {0, 0, 0, 0, getFlags(F), 0, 1};
  uint64_t High = 0;
  switch (S->Op) {
  case CRIT_OP_LEA:
    /* Base + index in the adder; the displacement behind it is taken for
       right. */
    V.A = S->Base == CRIT_NO_REG ? 0 : readReg(F, S->Base);
    V.B = S->Index == CRIT_NO_REG ? S->Disp : readReg(F, S->Index) << S->Scale;
    break;
  case CRIT_OP_MOV:
    V.B = readOperand(F, S, T, S->Src, S->SrcReg, Width);
    break;
  case CRIT_OP_MOVZX:
  case CRIT_OP_MOVSX: {
    V.B = readOperand(F, S, T, S->Src, S->SrcReg, S->SrcWidth);
    unsigned Left = 64 - 8 * (unsigned)S->SrcWidth;
    if (S->Op == CRIT_OP_MOVSX)
      V.B = (uint64_t)((int64_t)(V.B << Left) >> Left) & widthMask(Width);
    break;
  }
  case CRIT_OP_MULW:
  case CRIT_OP_IMULW:
  case CRIT_OP_DIV:
  case CRIT_OP_IDIV:
    V.B = readOperand(F, S, T, S->Src, S->SrcReg, Width);
    V.A = F->Rax & (Width == 1 && S->Op >= CRIT_OP_DIV ? 0xffff
                                                       : widthMask(Width));
    High = F->Rdx & widthMask(Width);
    break;
  default:
    if (S->ThreeOperands) {
      V.A = readOperand(F, S, T, S->Src, S->SrcReg, Width);
      V.B = S->Imm & widthMask(Width);
    } else {
      V.A = readOperand(F, S, T, S->Dst, S->DstReg, Width);
      V.B = readOperand(F, S, T, S->Src, S->SrcReg,
                        S->Unit == CRIT_UNIT_Shift ? 1 : Width);
    }
  }
  int Loads = S->Op >= CRIT_OP_MOV;
  if (T->Recording && !Loads &&
      (S->Unit == T->Unit || T->Unit == CRIT_UNIT_Result)) {
    sample(T, S->Unit, S->Op == CRIT_OP_LEA ? CRIT_OP_ADD : S->Op, Width, V.A,
           V.B);
    T->Count++;
  }
  unsigned Op = S->Op == CRIT_OP_LEA ? CRIT_OP_ADD : S->Op;
  uint32_t Flags = V.Flags;
  if (!Loads && concerns(T, S) && strikes(T)) {
    struct CritSite Same = *S;
    if (S->Op == CRIT_OP_LEA) {
      Same.Op = CRIT_OP_ADD;
      Same.Width = 8;
    }
    applyFault(T, &Same, High, &V);
  } else {
    compute(T, 0, Op, S->Op == CRIT_OP_LEA ? 8 : Width, High, &V);
  }
  if (S->Op == CRIT_OP_LEA) {
    V.Flags = Flags;
    if (S->Index != CRIT_NO_REG)
      V.R += S->Disp;
  }
  if (S->Op != CRIT_OP_MOV && S->Op != CRIT_OP_MOVZX && S->Op != CRIT_OP_MOVSX)
    setFlags(F, V.Flags);
  if (S->Op == CRIT_OP_CMP || S->Op == CRIT_OP_TEST)
    return 0;
  if (S->Op >= CRIT_OP_MULW && S->Op <= CRIT_OP_IDIV) {
    if (Width == 1) {
      writeReg(F, 0, (V.R & 0xff) | (V.High & 0xff) << 8, 2);
    } else {
      writeReg(F, 0, V.R, Width);
      if (V.WritesHigh)
        writeReg(F, 2, V.High, Width);
    }
    return 0;
  }
  writeOperand(F, S, V.R);
  return 0;
}
