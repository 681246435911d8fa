//===- Trap.h - hardware traps caused by a fault ----------------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A flipped bit in an address often traps before any check sees it. The handler
// looks the instruction up in section crit_regions, and goes on at the landing
// of its region, once: what traps there again is the program's own.
//===----------------------------------------------------------------------===//
#ifndef CRIT_ILR_TRAP_H
#define CRIT_ILR_TRAP_H

#include "Actions.h"
#include "Fail.h"
#include "crit/records.h"

enum { CRIT_TRAP_THREADS = 8 };
/// Words of ucontext.
enum {
  CRIT_CONTEXT_RAX = 18,
  CRIT_CONTEXT_RCX = 19,
  CRIT_CONTEXT_RSP = 20,
  CRIT_CONTEXT_RIP = 21
};

struct crit_last_trap {
  uint64_t Place;
  int64_t Time;
  int32_t Tid;
  uint32_t Times;
};

/// Zero-initialised.
struct crit_traps {
  struct crit_sigaction Old[CRIT_TRAP_SIGNALS];
  struct crit_last_trap Last[CRIT_TRAP_THREADS];
};

/// Arguments of a signal handler, as pushed by the entry.
struct crit_trap {
  int64_t Signal;
  const int32_t *Info;
  uint64_t *Context;
};

/// Gives the calling thread, which is the first, a stack for signals: the
/// fault may have hit the stack pointer. And eight times the room for its own, up to
/// 64 MB.
void critTrapStackForSignals(void);

/// Installs Handler for every signal of the table, if this image has regions.
void critTrapInstall(struct crit_traps *Traps,
                     const struct crit_ilr_imports *Imports,
                     const void *Handler);

/// How trapped code can go on.
struct crit_trap_plan {
  const struct crit_region_table *Table; ///< of its function; null: unknown
  const char *Place;   ///< a landing, the checkpoint to be written again, or,
                       ///< where only the stack pointer was wrong, where it is
  uint64_t Sp;         ///< the right one
  const char *Refused; ///< our own trap: where it goes on otherwise; or null
  uint64_t Abroad; ///< it is not hardened: the frame of Table, which waits for it; or 0
};

/// Whether it can; Plan->Refused is valid anyway.
int critTrapPlan(const struct crit_trap *Trap,
                 const struct crit_ilr_imports *Imports,
                 struct crit_trap_plan *Plan);

const struct crit_func_record *
critTrapRecord(const struct crit_region_table *T);
/// How often Place has trapped in this thread just now, Since that many nanoseconds;
/// 0: this is the first time.
uint32_t critTrapTimes(struct crit_traps *Traps, uint64_t Place, int32_t Tid,
                       int64_t Time, int64_t *Since);
/// A function that has written to nothing but its frame, and traps again: perhaps both
/// copies of what it was given are wrong. Changes Plan to the landing of its caller's
/// region, which makes the call again, or that one's, Depth calls up. Returns 0 if that
/// is not possible.
int critTrapToCaller(const struct crit_trap *Trap,
                     const struct crit_ilr_imports *Imports, uint32_t Depth,
                     struct crit_trap_plan *Plan);
/// Of those.
enum { CRIT_TRAP_DEPTH = 3 };
void critTrapName(const struct crit_trap *Trap, int Own, char Name[16]);

/// Table of the function that Pc is in, null if it has none.
const struct crit_region_table *
critTrapTable(const char *Pc, const struct crit_ilr_imports *Imports);

/// Bytes that its function has pushed for its caller, below its return address.
uint32_t critTrapSaved(const struct crit_region_table *T);

/// What is known of the site with this index; null: nothing.
const struct crit_stack_site *critTrapSite(const struct crit_region_table *T,
                                           uint32_t Index);

/// Lets the signal return there.
void critTrapResume(const struct crit_trap *Trap,
                    const struct crit_trap_plan *Plan);

/// The handler to go to: the one there was before. Null: the signal strikes again
/// with the program's own action, or has been dealt with.
const void *critTrapPass(struct crit_traps *Traps, const struct crit_trap *Trap,
                         const struct crit_ilr_imports *Imports);

#endif
