//===- Bounds.h - parts of the boundless runtime ---------------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_BOUNDLESS_BOUNDS_H
#define CRIT_BOUNDLESS_BOUNDS_H

#include "Abi.h"
#include "crit/records.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRIT_BL_CLASSES 100u
#define LIKELY(X) __builtin_expect(!!(X), 1)
#define UNLIKELY(X) __builtin_expect(!!(X), 0)
#define CRIT_EXPORT __attribute__((visibility("default")))
// The section: cold functions go to .text.unlikely, whatever Section.h says.
#define CRIT_COLD                                                              \
  __attribute__((preserve_most, noinline, cold, section(CRIT_RUNTIME_SECTION)))
#define CRIT_TLS __thread __attribute__((tls_model("initial-exec")))

struct crit_bl_entry_row {
  uint64_t Magic, Size;
};
/// 2^64 / Size, rounded up: what slot numbers are computed with. No division of
/// 128 bits, which would bring libgcc's code into the program.
static inline uint64_t critMagicOf(uint64_t Size) { return ~0ull / Size + 1; }
#define TABLE ((struct crit_bl_entry_row *)CRIT_BL_TABLE)
#define REGION_START(R) ((uint64_t)(R) << CRIT_BL_REGION_BITS)
#define regionOf(P) ((uint32_t)((uint64_t)(P) >> CRIT_BL_REGION_BITS))
static inline uint64_t critSlotOf(uint64_t P, uint64_t Magic) {
  return (uint64_t)(((unsigned __int128)P * Magic) >> 64);
}

// Lock.c: a spin lock that yields; fork knows of every one.
typedef struct {
  uint32_t Held;
} crit_lock;
void critBlLock(crit_lock *L);
void critBlUnlock(crit_lock *L);

// Init.c
/// Maps the table; safe to call any time, from the first malloc on.
void critBlInit(void);
extern bool critBlReady;
_Noreturn void critBlFatal(const char *Message);
uint64_t critBlRandom(void);

struct crit_bl_options {
  bool Quiet, Never, First, Abort, StopWhenFull, Origins;
  uint64_t Budget, Total;
  uint32_t Chunks;
  char Log[512];
};
extern struct crit_bl_options critBlOptions;

// Heap.c
enum crit_slot_state {
  SLOT_ALLOCATED = 1, ///< handed out
  SLOT_OVERLAY = 2,   ///< chunks may exist
  SLOT_DIRTY = 4,     ///< a free large slot that keeps its pages
  SLOT_USED = 8,      ///< has been handed out before: not zero
};
void critHeapInit(void);
/// Where the object P points into was allocated; null if nobody noted it.
const struct crit_bl_site *critHeapOrigin(uint64_t P);
void critHeapForkLock(void);
void critHeapForkUnlock(void);
/// Slot index and state byte of a heap pointer; null if the slot never existed.
uint8_t *critHeapState(uint64_t P);
uint64_t critHeapBase(uint64_t P);
static inline bool critIsHeap(uint64_t P) {
  return regionOf(P) - CRIT_BL_HEAP_REGION < CRIT_BL_CLASSES;
}
void *critHeapAllocate(size_t Size, size_t Align, bool Zero);
bool critHeapFree(void *P, const char *What);
/// What nearly every malloc and free is; the rest goes to Malloc.c. No calls, so
/// that it needs no frame.
void *critHeapMalloc(size_t Size);
void critHeapFreeQuick(void *P);
void *critMallocOther(size_t Size);
void critFreeOther(void *P);
uint64_t critHeapClassSize(size_t Size);

/// In a region of slots: the end of one is the start of the next.
static inline bool critIsSlot(uint64_t Base) {
  return regionOf(Base) < CRIT_BL_REGIONS && TABLE[regionOf(Base)].Magic;
}

// Overlay.c
struct crit_object {
  uint64_t Base, Size; ///< Size ~0: no object
  int64_t Offset;      ///< of the access
};
/// Object and offset for address P derived from Root; Size for roots that no
/// region describes.
struct crit_object critObjectOf(uint64_t P, uint64_t Root, uint64_t Size);
uint64_t critAvailableSlow(uint64_t P);
/// What is readable or writable natively at P going up; 0 also where somebody has
/// to be asked: no call, so that its user needs no frame.
static inline uint64_t critAvailableFast(uint64_t P) {
  uint32_t R = regionOf(P);
  if (UNLIKELY(R >= CRIT_BL_REGIONS))
    return ~0ull;
  const struct crit_bl_entry_row *E = &TABLE[R];
  uint64_t Magic = E->Magic, Size = E->Size;
  if (UNLIKELY(!Magic))
    return LIKELY(Size == ~0ull) ? Size : 0;
  return (critSlotOf(P, Magic) + 1) * Size - P;
}
/// The same; 0 only for window pointers.
static inline uint64_t critAvailable(uint64_t P) {
  uint64_t N = critAvailableFast(P);
  return LIKELY(N) ? N : critAvailableSlow(P);
}
bool critEndsSlow(uint64_t P);
/// A string from P ends inside its object, or nothing is known of that: nobody's
/// bytes reach the end of a slot, so that the last one is zero. False also where
/// somebody has to be asked.
static inline bool critEndsFast(const void *P) {
  uint32_t R = regionOf(P);
  if (UNLIKELY(R >= CRIT_BL_REGIONS))
    return true;
  const struct crit_bl_entry_row *E = &TABLE[R];
  uint64_t Magic = E->Magic, Size = E->Size;
  if (UNLIKELY(!Magic))
    return Size == ~0ull;
  // Whether the last item's memory goes on to its end is the program's business.
  if (UNLIKELY(R >= CRIT_BL_CUSTOM_REGION))
    return false;
  return !((const char *)((critSlotOf((uint64_t)P, Magic) + 1) * Size))[-1];
}
static inline bool critEnds(const void *P) {
  return LIKELY(critEndsFast(P)) || critEndsSlow((uint64_t)P);
}
void critObjectRead(const struct crit_object *O, int64_t Offset, void *To,
                    uint64_t N);
void critObjectWrite(const struct crit_object *O, int64_t Offset,
                     const void *From, uint64_t N);
/// Address in the window; 0 when there is no chunk left.
uint64_t critWindowAddress(const struct crit_object *O, bool Create);
bool critWindowDecode(uint64_t P, struct crit_object *O);
void critOverlayDrop(uint64_t Base);
/// Moves what was kept beyond Old to what is in bounds of New.
void critOverlayMove(uint64_t Old, uint64_t OldSize, uint64_t New,
                     uint64_t NewSize);
void critOverlayForkLock(void);
void critOverlayForkUnlock(void);
#define isWindow(P) (regionOf(P) == CRIT_BL_WINDOW_REGION)
extern bool critOverlayUsed;

// Report.c
struct crit_bl_counts {
  uint64_t Reads, Writes, Escapes, Frees, Evicted;
};
extern struct crit_bl_counts critBlCounts;
/// Function: of libc, if it was one of those.
void critReportAccess(const struct crit_bl_site *Site,
                      const struct crit_object *O, uint64_t N, uint8_t Kind,
                      const char *Function, const char *What);
void critReportFree(const void *P, const char *What, const void *Caller);
_Noreturn void critStop(const char *Reason, const struct crit_bl_site *Site);
/// Consecutive out-of-bounds reads at this site so far.
uint64_t critSiteRun(const struct crit_bl_site *Site);

// Stack.c, Globals.c, Slow.c
extern CRIT_TLS struct crit_bl_stacks critStacks;
void critStackInit(void);
void critStackThreadEnd(void);
void critGlobalsInit(void);
bool critGlobalFind(uint64_t P, uint64_t *Base, uint64_t *Size);
void critSlowInit(void);

#endif
