//===- Stored.c - whether a store went where it should --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Stored.h"
#include "StackPointer.h"
#include "Trap.h"

/// Whether a place holds what an entry of the log says was elsewhere, at Old.
static int isAsBefore(uint64_t Old, uint64_t Place, uint64_t Bytes) {
  for (uint64_t Done = 0; Done < Bytes; Done += 8) {
    uint64_t Was = 0, Now = 0, Size = Bytes < 8 ? Bytes : 8;
    if (!critReadMemory(Old + Done, &Was, Size) ||
        !critReadMemory(Place + Done, &Now, Size) || Was != Now)
      return 0;
  }
  return 1;
}

/// Whether all of this is in an entry of the undo log: what went there is taken back.
/// Not if the entry was made with this address and the other one's old value: then the
/// register was hit where it was written down, and the store it led astray has changed
/// nothing at the other place.
static int isLogged(uint64_t Place, uint64_t Other, uint64_t Bytes,
                    const struct crit_region_table *T, uint64_t Sp) {
  uint64_t Word, At = Sp + (uint64_t)(int64_t)T->Log;
  if (!T->LogSizes)
    return 0;
  for (; critReadMemory(At, &Word, 8) && Word;
       At += critLogEntryBytes(Word, T->LogSizes)) {
    uint64_t From = Word & ((1ull << CRIT_LOG_MARK(0)) - 1);
    if (Place >= From &&
        Place + Bytes <= From + (1ull << critLogEntrySize(Word, T->LogSizes)))
      return !isAsBefore(At + 8 + (Place - From), Other, Bytes);
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
         isLogged(Master + Distance, Shadow + Distance, Bytes, T, Sp);
}
