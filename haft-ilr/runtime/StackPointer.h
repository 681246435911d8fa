//===- StackPointer.h - the one register without a copy ---------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_ILR_STACKPOINTER_H
#define CRIT_ILR_STACKPOINTER_H

#include "crit/records.h"

/// More than there are in any log.
#define CRIT_LOG_UNKNOWN 65536u

/// What is known of stores through the stack pointer where it was found wrong.
struct crit_stack_state {
  struct crit_written Written;
  const char *Called; ///< behind a call that may have been made; or null
  const struct crit_last_store *Last; ///< NumLast of them, the latest first
  uint32_t NumLast;
  uint64_t Stored[CRIT_LAST_STORES]; ///< by those that stored no constant
  uint64_t Index[CRIT_LAST_STORES];  ///< what that adds, of those that have one
  uint64_t LogUsed; ///< bytes of the undo log in use; CRIT_LOG_UNKNOWN
  uint64_t LogOld;  ///< what its last entry holds, with
  uint32_t Log;     ///< CRIT_LOG_OLD; CRIT_LOG_EXACT
  struct crit_written Fixed; ///< as in crit_log_known
  const struct crit_ilr_imports *Imports; ///< to look at callers; or null
};

/// The stack pointer, which has no copy, if it is right: T says how that can be
/// seen. Else the one value that is a single bit away and right, if what was
/// written through the wrong one spoils nothing; or 0. T may be null: unknown.
uint64_t critStackFind(uint64_t Sp, const struct crit_region_table *T,
                       const struct crit_stack_state *State);

/// Whether Sp leads to what T says a right one leads to.
int critStackIsRight(uint64_t Sp, const struct crit_region_table *T);

/// Reads what may not be there.
int critReadMemory(uint64_t From, void *To, uint64_t Bytes);

/// Log2 of the bytes that an entry of the undo log which begins with Word takes back.
uint32_t critLogEntrySize(uint64_t Word, uint32_t Sizes);

/// Of the whole entry.
uint64_t critLogEntryBytes(uint64_t Word, uint32_t Sizes);

#endif
