/*===- FaultUnit.c - a faulty execution unit, in software ----------------===//
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===--------------------------------------------------------------------===*/
#include "UnitArithmetic.h"

typedef struct CritFrame Frame;
typedef struct CritSite Site;
typedef struct CritFault Fault;

static uint64_t widthMask(unsigned Width) { return critWidthMask(Width); }

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
  return (uint32_t)(F->Flags >> 8 & 0xff) | (F->Flags & 1 ? CRIT_OF : 0u);
}

static void setFlags(Frame *F, uint32_t Flags) {
  F->Flags = (uint64_t)(Flags & 0xff) << 8 | (Flags & CRIT_OF ? 1 : 0);
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

/* From the limit of the segment that Linux keeps it in, as the vDSO does. (What RDTSCP
   says as well is nothing in virtual machines that hide that instruction.) */
static int rightCore(const Fault *T) {
  enum { CpuSegment = 0x7b };
  uint32_t Core = 0;
  __asm__("lsl %1, %0" : "+r"(Core) : "r"(CpuSegment) : "cc");
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
  uint64_t Taken = (uint64_t)critCondition(S->CondCode, getFlags(F));
  if (T->Unit != CRIT_UNIT_Branch || !T->Kind || !strikes(T))
    return Taken;
  uint64_t R = T->Kind == CRIT_KIND_Stuck ? T->Polarity : !Taken;
  if (T->Kind == CRIT_KIND_Replaced) { /* l ge le g -> b ae be a */
    static const uint8_t Unsigned[4] = {2, 3, 6, 7};
    R = S->CondCode < 12
            ? Taken
            : (uint64_t)critCondition(Unsigned[S->CondCode - 12], getFlags(F));
  }
  T->Active += R != Taken;
  return R;
}

/* The compare unit's result is its flags. */
static uint32_t faultyFlags(Fault *T, const struct CritValues *V, unsigned Op) {
  static const uint16_t Which[4] = {CRIT_CF, CRIT_ZF, CRIT_SF, CRIT_OF};
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
                       struct CritValues *V) {
  unsigned Op = S->Op, Width = S->Width;
  uint64_t A = V->A, B = V->B;
  struct CritValues Right = *V;
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
  critCompute(T, 1, Other, Width, High, V);
  if (Other != Op)
    V->WritesHigh = 0;
  if (!Divides) {
    critCompute(T, 0, Op, Width, High, &Right);
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
        V->Flags = (V->Flags & ~(CRIT_ZF | CRIT_SF | CRIT_PF)) | critResultFlags(R, Width);
    }
  }
  T->Active += V->R != Right.R ||
               (V->WritesHigh && V->High != Right.High) ||
               ((V->Flags ^ Right.Flags) & ~CRIT_AF) != 0;
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
  struct CritValues V = {0, 0, 0, 0, getFlags(F), 0};
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
    critCompute(T, 0, Op, S->Op == CRIT_OP_LEA ? 8 : Width, High, &V);
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
