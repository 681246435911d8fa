//===- Stored.c - whether a store went where it should --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Stored.h"
#include "StackPointer.h"
#include "Trap.h"

/// Whether all of this is in an entry of the undo log: what went there is taken back.
static int isLogged(uint64_t Place, uint64_t Bytes, const struct crit_region_table *T,
                    uint64_t Sp) {
  uint64_t Word, At = Sp + (uint64_t)(int64_t)T->Log;
  if (!T->LogSizes)
    return 0;
  for (; critReadMemory(At, &Word, 8) && Word;
       At += critLogEntryBytes(Word, T->LogSizes)) {
    uint64_t From = Word & ((1ull << CRIT_LOG_MARK(0)) - 1);
    if (Place >= From &&
        Place + Bytes <= From + (1ull << critLogEntrySize(Word, T->LogSizes)))
      return 1;
  }
  return 0;
}

int critNothingAstray(const struct crit_ilr_frame *Frame,
                      const struct crit_region_table *T, uint64_t Sp) {
  uint32_t Index = (uint32_t)Frame->Index & ~CRIT_SITE_RECOVERABLE;
  const struct crit_site *Check = (const struct crit_site *)(Frame->Record + 1) + Index;
  const struct crit_stack_site *Site = T ? critTrapSite(T, Index) : 0;
  if (!Site || !Site->Through)
    return 1;
  // Through the master something was stored, if it was hit before.
  uint64_t Master = Frame->Gpr[Check->Master & 15], There = 0, Other = 0;
  uint64_t Shadow = Frame->Gpr[Check->Shadow & 15];
  // Only the flag was hit; or a bit that leads to where a store traps, if it matters at all.
  if (Master == Shadow || (Master ^ Shadow) >> 47)
    return 1;
  uint64_t Bytes = 1ull << (Site->Through >> CRIT_THROUGH_SIZE & 7);
  uint64_t Distance = (uint64_t)(int64_t)((int32_t)Site->Through >> CRIT_THROUGH_AT);
  // Where nothing is nothing was written.
  if (Site->Through & CRIT_THROUGH_READ_BACK &&
      (!critReadMemory(Master + Distance, &There, Bytes) ||
       !critReadMemory(Shadow + Distance, &Other, Bytes) || There != Other))
    return 1;
  if (Site->Third & CRIT_THIRD_KNOWN &&
      critReadMemory(Sp + (uint64_t)(int64_t)(Site->Third & ~CRIT_THIRD_KNOWN), &There, 8) &&
      There == Master)
    return 1;
  return Site->Through & CRIT_THROUGH_PLACE &&
         isLogged(Master + Distance, Bytes, T, Sp);
}
