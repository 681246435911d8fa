//===- records.h - what a hardened object says about itself ----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every function Crit compiled leaves one record in the ELF section
// "crit_funcs" (allocated, read-only, position independent). Written by
// passes/ (Record.cpp), read by the failure path (which site failed, which
// registers differed) and by crit-audit (what is protected, what is not, why).
//
// Records lie one after another, 8-byte aligned, in one or many sections. A
// reader skips zero words between records (linker padding) and stops with an
// error on any other magic. All integers are little endian.
//
//   FuncRecord | Site[NumSites] | ReasonCount[NumReasons] | strings | padding
//
// Strings: function name, then NumFiles file names, each NUL-terminated.
//
// No errors are reported from here; a reader that finds Size or Magic wrong
// must say so and stop. C and C++; no dependencies.
//===----------------------------------------------------------------------===//
#ifndef CRIT_RECORDS_H
#define CRIT_RECORDS_H

#include <stdint.h>

#define CRIT_RECORD_SECTION "crit_funcs"
/* Code of Crit's own runtime library, which has no records. */
#define CRIT_RUNTIME_SECTION "crit_runtime"
#define CRIT_RECORD_MAGIC 0x31545243u /* "CRT1" */
#define CRIT_ABI_VERSION 1u

#ifdef __cplusplus
extern "C" {
#endif

/* FuncRecord.Mode */
enum crit_mode {
  CRIT_MODE_NONE = 0, /* left alone by policy or because it cannot be done */
  CRIT_MODE_ILR = 1,
  CRIT_MODE_HAFT = 2,
  CRIT_MODE_DELTA = 3,
};

/* What a check protects. Names in crit/checks.def (same order). */
enum crit_check_kind {
#define CRIT_CHECK(ENUM, VALUE, NAME, TEXT) CRIT_CHECK_##ENUM = VALUE,
#include "crit/checks.def"
};

/* Why something runs once without a checked copy. Names in crit/reasons.def. */
enum crit_reason {
#define CRIT_REASON(ENUM, VALUE, NAME, TEXT) CRIT_REASON_##ENUM = VALUE,
#include "crit/reasons.def"
};

struct crit_func_record {
  uint32_t Magic;
  uint32_t Size;       /* whole record with all that follows, multiple of 8 */
  int32_t CodeOffset;  /* (address of a byte inside the function) minus
                          (address of this field); the function is the symbol
                          that covers that byte */
  uint8_t Mode;        /* enum crit_mode */
  uint8_t Flags;       /* reserved, 0 */
  uint16_t AbiVersion; /* CRIT_ABI_VERSION */
  uint32_t NumReplicated; /* machine instructions that run in both streams */
  uint32_t NumOnce;       /* run once, operands checked, result copied */
  uint32_t NumUnprotected;/* run once without a check (see reasons) */
  uint32_t NumSites;
  uint32_t NumReasons;
  uint32_t NumFiles;
};

/* Registers of a site: 0-15 general (x86 encoding: 0=rax 1=rcx 2=rdx 3=rbx
   4=rsp 5=rbp 6=rsi 7=rdi 8-15=r8-r15), 16-47 xmm/ymm/zmm0-31, 48-55 k0-7. */
#define CRIT_REG_NONE 0xffu

struct crit_site {
  uint32_t LineWidth; /* line (0: unknown) in the low 24 bits, log2 of the
                         compared width in bytes above; see the macros */
  uint8_t File;    /* index into the record's file names; 255: unknown */
  uint8_t Kind;    /* enum crit_check_kind, perhaps | CRIT_SITE_KIND_REPAIRED */
  uint8_t Master;  /* register of the master copy, CRIT_REG_NONE if not in one */
  uint8_t Shadow;  /* register of the shadow copy; CRIT_REG_NONE with a Master:
                      Master holds what differed and should have been 0 */
};

/* Bit of a site's kind: a mismatch there is repaired by computing again. */
#define CRIT_SITE_KIND_REPAIRED 0x80u
#define CRIT_SITE_KIND(KIND) ((KIND) & ~CRIT_SITE_KIND_REPAIRED)

/* Bit of a site's index: what failed can be computed again. */
#define CRIT_SITE_RECOVERABLE 0x40000000

#define CRIT_WIDTH_UNKNOWN 0xffu /* instead of log2: what the registers hold */
#define CRIT_LINE_MAX 0xffffffu
#define CRIT_SITE_LINE_WIDTH(LINE, LOG2_BYTES)                                 \
  (((uint32_t)(LINE) > CRIT_LINE_MAX ? 0u : (uint32_t)(LINE)) |                \
   (uint32_t)(LOG2_BYTES) << 24)
#define CRIT_SITE_LINE(LINE_WIDTH) ((LINE_WIDTH) & CRIT_LINE_MAX)
#define CRIT_SITE_LOG2_BYTES(LINE_WIDTH) ((LINE_WIDTH) >> 24)

struct crit_reason_count {
  uint32_t Reason; /* enum crit_reason */
  uint32_t Count;  /* machine instructions */
};

/* Where code that traps goes on: one table per function in this section,
   8-byte aligned, for hardware traps caused by a fault. All offsets are from
   the field itself. */
#define CRIT_REGION_SECTION "crit_regions"
#define CRIT_REGION_MAGIC 0x41525243u /* "CRRA" */

struct crit_region_table {
  uint32_t Magic;
  uint32_t Count;  /* of entries behind this */
  uint32_t Again;  /* of crit_region_again behind those */
  int32_t Record;  /* crit_func_record */
  int32_t Start;   /* of the code; entries follow each other up to End */
  int32_t End;
  int32_t StubsEnd; /* behind the code of failed checks, which begins at End and traps
                       before it writes anything if the stack pointer is wrong; 0:
                       nothing is known of that */
  int32_t Sites;   /* crit_stack_site of each site of the record; 0: there are none */
  uint32_t Frame;  /* from the stack pointer to the return address, in bytes;
                      ~0: not constant */
  int32_t Mark;   /* from the stack pointer to a word that holds the stack
                      pointer, in bytes, perhaps negative; -1: there is none */
  int32_t Log;     /* from the stack pointer to the undo log */
  uint32_t LogSizes; /* bit N: entries for 1 << N bytes; above 8: N without a
                        mark; 0: there is no log */
  uint32_t LogBytes; /* from its first word on, that nothing else is in */
  uint32_t Flags;  /* CRIT_REGION_* */
  int32_t Free;    /* a bit for each word of the frame, from the stack pointer on: it holds
                      nothing while the function calls another one; 0: not known */
  int32_t Lists;   /* halfwords: words of the frame that were written, or are free */
  int32_t Calls;   /* crit_free_call; all others have nothing of Lists */
  uint32_t NumCalls;
};
#define CRIT_REGION_TAIL_CALLS 1u /* it may end by a jump to another function */

/* The undo log: an address, what was there (at least 8 bytes), the next address,
   the last 0. An address with this bit tells the size. */
#define CRIT_LOG_SIZES 7
#define CRIT_LOG_WORDS 9 /* of the longest entry */
#define CRIT_LOG_MARK(N) (64 - CRIT_LOG_SIZES + (N))

/* What may have been written through a stack pointer that is wrong. */
struct crit_written {
  uint32_t Harmless; /* CRIT_HARMLESS_* */
  uint32_t List;     /* of all the words; 0: not known */
};

/* Words of a frame: crit_region_table's Lists has, from halfword List - 1 on, how many ranges
   follow, and of each the first word, counted from CRIT_LIST_BELOW below the stack pointer,
   and how many. */
#define CRIT_LIST_BELOW 64

/* A call and a list of words of variables that hold nothing while it is made. */
struct crit_free_call {
  int32_t Returned; /* behind it, from the field itself */
  uint32_t List;
};

/* What was stored through the stack pointer. If it is in its place, and not where a wrong
   one leads, the stack pointer was right by then. */
struct crit_last_store {
  int32_t At;    /* from the stack pointer, with CRIT_LAST_INDEXED and what its index
                    adds */
  uint32_t What; /* 0: not known. Bits 0, 1: log2 of its bytes; CRIT_LAST_*; from
                    CRIT_LAST_VALUE on: the register (as in crit_site)
                    that still holds it, or the constant, signed */
  struct crit_written Since;
};
#define CRIT_LAST_STORES 2 /* of a comparison or check */
#define CRIT_LAST_KNOWN 4u
#define CRIT_LAST_CONSTANT 8u
#define CRIT_LAST_INDEXED 16u /* by a register, which has not changed since */
#define CRIT_LAST_INDEX 5     /* first of 4 bits: that */
#define CRIT_LAST_SCALE 9     /* of 2: times what that counts, log2 */
#define CRIT_LAST_VALUE 18

struct crit_region_entry {
  int32_t Start;   /* up to the next entry's */
  int32_t Landing; /* 0: cannot go on */
  struct crit_written Written;
  struct crit_last_store Last; /* only if that makes a difference */
};

/* How many bytes of the undo log are in use: Used, or what a register that counts them
   holds plus Used. Each entry is complete before the next is begun. */
struct crit_log_known {
  int32_t Used;
  uint32_t What; /* 0: not known. CRIT_LOG_*, with registers as in crit_site */
  struct crit_written Fixed; /* all but the log */
};
#define CRIT_LOG_KNOWN 1u
#define CRIT_LOG_COUNTED 2u /* by a register */
#define CRIT_LOG_EXACT 8u   /* or these are the least */
#define CRIT_LOG_OLD 4u     /* a register still holds what the last entry does */
#define CRIT_LOG_COUNT 8    /* first of 8 bits: that which counts */
#define CRIT_LOG_HOLDS 16   /* of 8: that which holds it */

/* Where a comparison of the stack pointer traps when it fails. Landing: of its
   region, or where nothing but itself can be repeated, where it began. */
struct crit_region_again {
  int32_t Start;
  int32_t Landing;
  int32_t Returned; /* behind the call before that; 0: there is none */
  struct crit_written Written;
  struct crit_last_store Last[CRIT_LAST_STORES]; /* the latest first */
  struct crit_log_known Log;
};

/* Where another check fails. */
struct crit_stack_site {
  struct crit_written Written;
  struct crit_last_store Last[CRIT_LAST_STORES];
  uint32_t Through; /* of a comparison of an address that may have been stored
                       through: CRIT_THROUGH_*; 0: it was not */
  int32_t Third;    /* CRIT_THIRD_*: a word that holds this address as well; 0: there
                       is none */
  struct crit_log_known Log;
};
/* Shifted left by so many bits; and from the stack pointer to the word, signed. */
#define CRIT_THIRD_KNOWN 1
#define CRIT_THIRD_SHIFT 1 /* first of 6 bits */
/* Or, instead or as well: the place (CRIT_THROUGH_PLACE) is what the last entry of the undo
   log covers, and nothing has been stored since. */
#define CRIT_THIRD_LAST_ENTRY 0x80
#define CRIT_THIRD_AT 8
#define CRIT_THROUGH_STORED 1u
/* Where that was is known: log2 of its bytes; times what the register counts, log2; the
   other register of the address (as in crit_site; 31: none) and times what that counts;
   whether the thread's segment is added; and the displacement, signed. */
#define CRIT_THROUGH_PLACE 2u
#define CRIT_THROUGH_SIZE 3 /* first of 3 bits */
#define CRIT_THROUGH_SCALE 6 /* of 2 */
#define CRIT_THROUGH_WITH 8  /* of 5 */
#define CRIT_THROUGH_WITH_SCALE 13 /* of 2 */
#define CRIT_THROUGH_FS 0x8000u
#define CRIT_THROUGH_AT 16
/* The store was read back, and of at most 8 bytes. If the places that the two copies of
   the address lead to differ, it went where it should. */
#define CRIT_THROUGH_READ_BACK 4u

/* What may have been written through a wrong stack pointer spoils nothing that
   the landing needs, if it was wrong by 1 << B upwards (bit CRIT_HARMLESS_STEP(B), B <
   CRIT_HARMLESS_UP) or downwards (CRIT_HARMLESS_DOWNWARDS higher, B < CRIT_HARMLESS_DOWN).
   1, 2 and 4 bytes off a word meets the same two. Upwards this is of what lies in the function's
   own frame; callers, whose frames follow, must have nothing where the rest does (crit_written's
   List). */
#define CRIT_HARMLESS_STEP(B) ((B) < 3 ? 0 : (B) - 2)
#define CRIT_HARMLESS_UP 16
#define CRIT_HARMLESS_DOWN 14
#define CRIT_HARMLESS_DOWNWARDS CRIT_HARMLESS_STEP(CRIT_HARMLESS_UP)
/* Bytes of the log that count as needed: longer logs are looked at. */
#define CRIT_HARMLESS_LOG 256
#define CRIT_HARMLESS_FAR 0x4000000     /* downwards by more */
#define CRIT_HARMLESS_NOTHING 0x8000000 /* nothing was written */
/* Perhaps entries of the log. */
#define CRIT_HARMLESS_LOGGED 0x10000000
/* Perhaps a call was made. */
#define CRIT_HARMLESS_CALLED 0x20000000
/* Perhaps the log was emptied. */
#define CRIT_HARMLESS_EMPTIED 0x40000000
/* Nothing but the frame has been written to since the function began; it has no
   tail calls. Only of crit_region_entry, whatever the stack pointer. */
#define CRIT_HARMLESS_CLEAN 0x80000000u
/* Between a thread's first frame and the top of its stack (haft-ilr/ThreadStacks.cpp), just
   below a multiple of 8 MB. */
struct crit_thread_room {
  uint64_t Word; /* where this is, ^ CRIT_THREAD_ROOM */
  uint64_t End;  /* up to there it holds nothing */
  uint64_t Low;  /* below this, neither: of the thread's stack it is what it asked for more */
};
#define CRIT_THREAD_ROOM 0x6d6f6f722e637269ull
#define CRIT_HARMLESS_SECTION "crit_harmless" /* what Sites, Free, Lists, Calls lead to */

/* What a failed check that is repaired takes below the red zone. */
#define CRIT_STUB_BYTES 152

/* Failure path, emitted hidden into every module that needs it (so hardened
   code links anywhere). Entered by jump, never returns in ilr mode:
     (%rsp)  = const struct crit_func_record *
     8(%rsp) = site index (sign-extended 32 bit)
   and every other register as it was at the failing check, except that with
   CRIT_SITE_RECOVERABLE in the index rsp is 152 lower and
     16(%rsp) = where to go on
   (with only rsp and callee-saved registers in use), should it return. */
#define CRIT_FAIL_SYMBOL "__crit_ilr_fail"

/* Hardware transactions of -fcrit-recover=auto and rtm, hidden in every module
   that has them. __crit_tx, called with 0 (end), 1 (split) or 2 (abort) at
   8(%rsp), keeps all registers but the flags. */
#define CRIT_TX_SYMBOL "__crit_tx"
#define CRIT_TX_CONTROL_SYMBOL "__crit_tx_control" /* its first byte: any? */
#define CRIT_TX_STATE_SYMBOL "__crit_tx_state"     /* of the thread */

/* Its first bytes (it saves all registers), for readers of stripped files. */
#define CRIT_FAIL_SIGNATURE                                                    \
  "\x41\x57\x41\x56\x41\x55\x41\x54\x41\x53\x41\x52\x41\x51\x41\x50"           \
  "\x57\x56\x55\x54\x53\x52\x51\x50\xfc"

#ifdef __cplusplus
}
#endif
#endif
