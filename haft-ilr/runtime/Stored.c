//===- Stored.c - whether a store went where it should --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Stored.h"
#include "StackPointer.h"
#include "Syscall.h"
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

/// Where an entry of the undo log that covers all of this holds it: the first one, or only
/// the Last of the log. 0: none does.
static uint64_t entryOf(uint64_t Place, uint64_t Bytes, int Last,
                        const struct crit_region_table *T, uint64_t Sp) {
  uint64_t Word, Old = 0, At = Sp + (uint64_t)(int64_t)T->Log;
  if (!T->LogSizes)
    return 0;
  for (; critReadMemory(At, &Word, 8) && Word && (Last || !Old);
       At += critLogEntryBytes(Word, T->LogSizes)) {
    uint64_t From = Word & ((1ull << CRIT_LOG_MARK(0)) - 1);
    Old = Place >= From && Place + Bytes <=
                               From + (1ull << critLogEntrySize(Word, T->LogSizes))
              ? At + 8 + (Place - From)
              : 0;
  }
  return Old;
}

/// Whether what went to Place is taken back. Not if the entry was made with this address and
/// the other one's old value: then the register was hit where it was written down, and the
/// store it led astray has changed nothing at the other place.
static int isLogged(uint64_t Place, uint64_t Other, uint64_t Bytes,
                    const struct crit_region_table *T, uint64_t Sp) {
  uint64_t Old = entryOf(Place, Bytes, 0, T, Sp);
  return Old && !isAsBefore(Old, Other, Bytes);
}

/// Whether a store that has the last entry of the log has come to Place: what the entry says
/// was there is not there any more.
static int hasCome(uint64_t Place, uint64_t Bytes, const struct crit_region_table *T,
                   uint64_t Sp) {
  uint64_t Old = entryOf(Place, Bytes, 1, T, Sp);
  return Old && !isAsBefore(Old, Place, Bytes);
}

/// What a general register held where the check failed.
static uint64_t valueOf(const struct crit_ilr_frame *Frame, uint32_t Register, uint64_t Sp) {
  return Register == 4 ? Sp : Frame->Gpr[Register & 15];
}

/// Where the store went if Held is what its register held then.
static uint64_t placeOf(const struct crit_ilr_frame *Frame, uint32_t Through, uint64_t Held,
                        uint64_t Sp) {
  enum { ARCH_GET_FS = 0x1003 };
  uint32_t With = Through >> CRIT_THROUGH_WITH & 31;
  uint64_t Place = (Held << (Through >> CRIT_THROUGH_SCALE & 3)) +
                   (uint64_t)(int64_t)((int32_t)Through >> CRIT_THROUGH_AT);
  uint64_t Segment = 0;
  if (With < 16)
    Place += valueOf(Frame, With, Sp) << (Through >> CRIT_THROUGH_WITH_SCALE & 3);
  if (Through & CRIT_THROUGH_FS &&
      CRIT_SYSCALL(arch_prctl, ARCH_GET_FS, &Segment, 0, 0))
    return ~0ull; // nothing is there
  return Place + Segment;
}

int critNothingAstray(const struct crit_ilr_frame *Frame,
                      const struct crit_region_table *T, uint64_t Sp) {
  uint32_t Index = (uint32_t)Frame->Index & ~CRIT_SITE_RECOVERABLE;
  const struct crit_site *Check = (const struct crit_site *)(Frame->Record + 1) + Index;
  const struct crit_stack_site *Site = T ? critTrapSite(T, Index) : 0;
  if (!Site || !Site->Through)
    return 1;
  // Through the master something was stored, if it was hit before.
  uint64_t Master = valueOf(Frame, Check->Master, Sp), There = 0, Other = 0;
  uint64_t Shadow = valueOf(Frame, Check->Shadow, Sp);
  // Only the flag was hit; or a bit that leads to where a store traps, if it matters at all;
  // or the shadow of the stack pointer, which has been found right.
  if (Master == Shadow || (Master ^ Shadow) >> 47 || Check->Master == 4)
    return 1;
  uint64_t Bytes = 1ull << (Site->Through >> CRIT_THROUGH_SIZE & 7);
  uint64_t Place = placeOf(Frame, Site->Through, Master, Sp);
  uint64_t Copy = placeOf(Frame, Site->Through, Shadow, Sp);
  // Where nothing is nothing was written.
  if (Site->Through & CRIT_THROUGH_READ_BACK &&
      (!critReadMemory(Place, &There, Bytes) || !critReadMemory(Copy, &Other, Bytes) ||
       There != Other))
    return 1;
  if (Site->Third & CRIT_THIRD_KNOWN &&
      critReadMemory(Sp + (uint64_t)(int64_t)(Site->Third >> CRIT_THIRD_AT), &There, 8) &&
      There << (Site->Third >> CRIT_THIRD_SHIFT & 63) == Master)
    return 1;
  // One that went a few bytes off has changed the right place, too (silent, 5 of 2,000 faults
  // of histogram).
  if (Place < Copy + Bytes && Copy < Place + Bytes)
    return 0;
  if (Site->Third & CRIT_THIRD_LAST_ENTRY && hasCome(Copy, Bytes, T, Sp))
    return 1;
  return Site->Through & CRIT_THROUGH_PLACE && isLogged(Place, Copy, Bytes, T, Sp);
}
