/*===- FaultUnit.h - a faulty execution unit, in software -------*- C -*-===//
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * What crit-inject puts into a program to make every execution of an operation
 * wrong: rewritten code calls critFaultUnit() for each instruction of the
 * chosen units, which computes what the faulty unit would have. Compiled twice:
 * as position-independent code that goes into programs, and for unit tests.
 *===--------------------------------------------------------------------===*/
#ifndef CRIT_INJECT_FAULTUNIT_H
#define CRIT_INJECT_FAULTUNIT_H

#include <stdint.h>

enum CritUnit {
#define CRIT_UNIT(Id, Name, Doc) CRIT_UNIT_##Id,
#include "UnitKinds.def"
  CRIT_NUM_UNITS
};

enum CritKind {
  CRIT_KIND_None,
#define CRIT_KIND(Id, Name, Units, Doc) CRIT_KIND_##Id,
#include "UnitKinds.def"
  CRIT_NUM_KINDS
};

enum CritOp {
  CRIT_OP_ADD, CRIT_OP_ADC, CRIT_OP_SUB, CRIT_OP_SBB, CRIT_OP_INC,
  CRIT_OP_DEC, CRIT_OP_NEG, CRIT_OP_LEA, CRIT_OP_CMP, CRIT_OP_TEST,
  CRIT_OP_AND, CRIT_OP_OR, CRIT_OP_XOR, CRIT_OP_NOT, CRIT_OP_SHL,
  CRIT_OP_SHR, CRIT_OP_SAR, CRIT_OP_ROL, CRIT_OP_ROR, CRIT_OP_IMUL,
  CRIT_OP_MULW, CRIT_OP_IMULW, CRIT_OP_DIV, CRIT_OP_IDIV, CRIT_OP_MOV,
  CRIT_OP_MOVZX, CRIT_OP_MOVSX, CRIT_OP_JCC,
  CRIT_NUM_OPS
};

enum CritOperandKind {
  CRIT_OPND_NONE,
  CRIT_OPND_REG,
  CRIT_OPND_HIGH, /* ah ch dh bh */
  CRIT_OPND_MEM,
  CRIT_OPND_IMM,
};
#define CRIT_NO_REG 0xff

/* One rewritten instruction. */
struct CritSite {
  uint64_t Disp; /* of the memory operand; with rip its absolute address */
  uint64_t Imm;
  uint8_t Op;       /* CritOp */
  uint8_t Width;    /* bytes of the operation: 1 2 4 8 */
  uint8_t SrcWidth; /* of the source of movzx and movsx */
  uint8_t CondCode;
  uint8_t Dst, DstReg; /* also the first source, but for mov, lea, imul */
  uint8_t Src, SrcReg;
  uint8_t Base, Index, Scale; /* Scale: log2 */
  uint8_t ThreeOperands;      /* imul r, r/m, imm */
  uint8_t Unit;               /* CritUnit */
  uint8_t Pad[3];
};

/* Registers of the program, as the rewritten code pushes them. */
struct CritFrame {
  uint64_t Rcx, Rdx, Rbx, Rbp, Rsi, Rdi, R8, R9, R10, R11, R12, R13, R14, R15;
  uint64_t Flags; /* al of seto, ah of lahf */
  uint64_t Rax;
  uint64_t Rsp; /* minus 128 */
};

#define CRIT_NUM_SAMPLES 256

/* One fault, and what is counted. Lives in the program's memory. */
struct CritFault {
  int64_t Budget;     /* executions left: at less than 0 the program stops */
  uint64_t Hits;      /* executions of rewritten instructions */
  uint64_t Active;    /* those with another result than the right one */
  uint64_t First;     /* the fault is there in executions First, ... */
  uint64_t Window;    /* ... this many of its unit; 0: always */
  uint64_t Count;     /* executions of the unit so far */
  uint64_t Random;    /* state of the generator */
  uint64_t Threshold; /* of 2^64, for probability; 0: always */
  uint64_t Mask;
  uint64_t PatternA, PatternB;
  uint64_t LastA, LastB, LastResult;
  uint64_t ThreadPointers[64]; /* in order of first execution */
  int64_t Thread;              /* only this one; -1: all */
  int64_t Core;                /* only on this one; -1: all */
  uint32_t Kind;
  uint32_t Unit;
  uint32_t Bit, Bit2;
  uint32_t Polarity;
  uint32_t Latch; /* 0: first operand, 1: second */
  uint32_t From, To;
  uint32_t Recording; /* keep a random sample of operands */
  uint32_t NumSamples;
  struct {
    uint64_t A, B;
    uint32_t Op;
    uint16_t Unit, Width;
  } Samples[CRIT_NUM_SAMPLES];
};

/* Executes Site on Frame. Returns 1 when a jcc is taken. */
#ifdef __cplusplus
extern "C"
#endif
    uint64_t
    critFaultUnit(struct CritFrame *Frame, const struct CritSite *Site,
                       struct CritFault *Fault);

#endif
