//===- Slow.c - what hardened code calls when a check fails ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reached through the words behind the table, never by name. All preserve the
// caller's registers, so that the fast path pays nothing for them.
//===----------------------------------------------------------------------===//
#include "Bounds.h"
#include "Stats.h"

#include <string.h>

#define BOUNCE 64u
// Reads in a row at one site before a scan gets other values than zero.
#define SCAN 1024u

static CRIT_TLS struct {
  uint32_t Turn;
  __attribute__((aligned(64))) char Bytes[4][BOUNCE];
} Bounce;

static char *bounce(void) { return Bounce.Bytes[Bounce.Turn++ & 3]; }

static bool inBounds(const struct crit_object *O, uint64_t N) {
  return O->Size == ~0ull || ((uint64_t)O->Offset < O->Size &&
                              O->Size - (uint64_t)O->Offset >= N);
}

// Rinard's sequence 0 1 2 0 1 3 0 1 4 ...: loops that look for some small value
// come across it.
static uint64_t invented(uint64_t Run) {
  return Run % 3 == 2 ? 2 + Run / 3 : Run % 3;
}

static CRIT_COLD const void *load(uint64_t P, uint64_t Root, uint64_t Size,
                                  const struct crit_bl_site *Site) {
  struct crit_object O = critObjectOf(P, Root, Size);
  uint64_t N = Site->Bytes;
  if (inBounds(&O, N))
    return (const void *)(O.Base + (uint64_t)O.Offset);
  uint64_t Window = critWindowAddress(&O, false);
  if (Site->Kind == CRIT_BL_KIND_CODE && !critBlOptions.Never) {
    critReportAccess(Site, &O, N, Site->Kind, NULL, "address to call");
    critStop("a function pointer read out of bounds", Site);
  }
  critReportAccess(Site, &O, N, CRIT_BL_KIND_READ, NULL,
                   Window ? "kept value" : "invented value");
  crit_stat_count(Window ? CRIT_COUNTER_OobKept : CRIT_COUNTER_OobInvented, 1);
  uint64_t Run = critSiteRun(Site);
  uint64_t InChunk = 65536 - ((uint64_t)O.Offset & 65535);
  bool Straddles = (O.Offset < 0 && (uint64_t)-O.Offset < N) ||
                   (uint64_t)O.Offset < O.Size || InChunk < N;
  if (Window && !Straddles)
    return (const void *)Window;
  char *B = bounce();
  if (N > BOUNCE) // never made by the compiler
    return memset(B, 0, BOUNCE);
  critObjectRead(&O, O.Offset, B, N);
  if (!Window && !Straddles && Run > SCAN && N <= 8) {
    uint64_t V = invented(Run - SCAN);
    memcpy(B, &V, N);
  }
  return B;
}

static CRIT_COLD void store(uint64_t P, uint64_t Root, uint64_t Size,
                            const struct crit_bl_site *Site,
                            const void *Value) {
  struct crit_object O = critObjectOf(P, Root, Size);
  if (O.Size != ~0ull && !inBounds(&O, Site->Bytes))
    critReportAccess(Site, &O, Site->Bytes, CRIT_BL_KIND_WRITE, NULL,
                     "kept aside");
  critObjectWrite(&O, O.Offset, Value, Site->Bytes);
}

static CRIT_COLD void *address(uint64_t P, uint64_t Root, uint64_t Size,
                               const struct crit_bl_site *Site) {
  struct crit_object O = critObjectOf(P, Root, Size);
  if (inBounds(&O, Site->Bytes))
    return (void *)(O.Base + (uint64_t)O.Offset);
  critReportAccess(Site, &O, Site->Bytes, Site->Kind, NULL, "made aside");
  uint64_t W = critWindowAddress(&O, true);
  static CRIT_TLS char Long[CRIT_BL_LONGEST];
  return W ? (void *)W : Site->Bytes > BOUNCE ? Long : bounce();
}

static CRIT_COLD void *escape(uint64_t P, uint64_t Root, uint64_t Size) {
  struct crit_object O = critObjectOf(P, Root, Size);
  // One past the end is a proper pointer unless another slot starts there.
  if (O.Size == ~0ull || (uint64_t)O.Offset < O.Size ||
      ((uint64_t)O.Offset == O.Size && !critIsSlot(O.Base)))
    return (void *)(O.Base + (uint64_t)O.Offset);
  uint64_t W = critWindowAddress(&O, true);
  // No harm yet, and common before the first element (Lua's getfreepos): only
  // an access is reported.
  __atomic_add_fetch(&critBlCounts.Escapes, 1, __ATOMIC_RELAXED);
  return (void *)(W ? W : P);
}

static CRIT_COLD int64_t decode(uint64_t Root) {
  struct crit_object O;
  if (!critWindowDecode(Root, &O))
    return 0;
  return (int64_t)(O.Base + (uint64_t)O.Offset - Root);
}

void critSlowInit(void) {
  void **E = (void **)CRIT_BL_ENTRIES;
  E[CRIT_BL_LOAD] = (void *)load;
  E[CRIT_BL_STORE] = (void *)store;
  E[CRIT_BL_ADDRESS] = (void *)address;
  E[CRIT_BL_ESCAPE] = (void *)escape;
  E[CRIT_BL_DECODE] = (void *)decode;
}
