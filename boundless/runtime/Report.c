//===- Report.c - what the user hears -------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One line per event, the first three of a site, then every power of two; a
// summary at exit. With log=PATH one JSON object per reported event as well.
// No locks but a try: a report lost in a race is counted all the same.
//===----------------------------------------------------------------------===//
#include "Bounds.h"
#include "Stats.h"
#include "Text.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SITES 4096u

struct site_count {
  const struct crit_bl_site *Site;
  uint64_t Events, Run;
};

static struct site_count Sites[SITES];
static struct site_count Rest; // when the table is full
struct crit_bl_counts critBlCounts;

static struct site_count *countOf(const struct crit_bl_site *Site) {
  uint64_t H = (uint64_t)Site * 0x9e3779b97f4a7c15ull >> 40;
  for (uint32_t I = 0; I < 64; ++I) {
    struct site_count *S = &Sites[(H + I) % SITES];
    const struct crit_bl_site *Expected = NULL;
    if (S->Site == Site ||
        __atomic_compare_exchange_n(&S->Site, &Expected, Site, false,
                                    __ATOMIC_RELAXED, __ATOMIC_RELAXED) ||
        Expected == Site)
      return S;
  }
  return &Rest;
}

static const char *textOf(const int32_t *Field) {
  return *Field ? (const char *)Field + *Field : "";
}

static void output(struct crit_text *T) {
  const char *P = T->Data;
  uint32_t N = T->Length;
  while (N) {
    ssize_t W = write(2, P, N);
    if (W <= 0)
      return;
    P += W;
    N -= (uint32_t)W;
  }
}

static void appendLog(struct crit_text *T) {
  if (!critBlOptions.Log[0])
    return;
  int F = open(critBlOptions.Log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
               0600);
  if (F < 0)
    return;
  if (write(F, T->Data, T->Length) < 0) {
    // Nothing better to do than going on.
  }
  close(F);
}

static const char *const KindNames[] = {"read", "write", "atomic access",
                                        "pointer", "read"};
static const char *const KindJson[] = {"read", "write", "atomic", "escape",
                                       "call"};

static const char *objectKind(uint64_t Base) {
  if (critIsHeap(Base))
    return "heap";
  if (regionOf(Base) - CRIT_BL_STACK_REGION < CRIT_BL_STACK_CLASSES)
    return "stack";
  if (critIsSlot(Base))
    return "region";
  uint64_t B, S;
  if (critGlobalFind(Base, &B, &S))
    return "global";
  return isWindow(Base) ? "forgotten" : "local";
}

static void putPlace(struct crit_text *T, const struct crit_bl_site *Site) {
  if (!Site)
    return;
  const char *File = textOf(&Site->File);
  if (*File) {
    critTextPut(T, " at ");
    critTextName(T, File, 200);
    critTextChar(T, ':');
    critTextDec(T, Site->Line);
  }
  critTextPut(T, " in ");
  critTextName(T, textOf(&Site->Function), 200);
}

static void putJson(struct crit_text *T, const struct crit_bl_site *Site,
                    const struct crit_object *O, uint64_t N, uint8_t Kind,
                    const char *Call, const char *What, uint64_t Events) {
  critTextPut(T, "{\"technique\":\"boundless\",\"kind\":\"");
  critTextPut(T, KindJson[Kind]);
  critTextPut(T, "\",\"bytes\":");
  critTextDec(T, (int64_t)N);
  critTextPut(T, ",\"offset\":");
  critTextDec(T, O->Offset);
  critTextPut(T, ",\"object\":\"");
  critTextPut(T, objectKind(O->Base));
  critTextPut(T, "\",\"size\":");
  critTextDec(T, O->Size == ~0ull ? -1 : (int64_t)O->Size);
  critTextPut(T, ",\"call\":");
  critTextJson(T, Call ? Call : "", 40);
  const struct crit_bl_site *Origin = critHeapOrigin(O->Base);
  if (Origin) {
    critTextPut(T, ",\"allocated_file\":");
    critTextJson(T, textOf(&Origin->File), 300);
    critTextPut(T, ",\"allocated_line\":");
    critTextDec(T, Origin->Line);
    critTextPut(T, ",\"allocated_function\":");
    critTextJson(T, textOf(&Origin->Function), 300);
  }
  critTextPut(T, ",\"result\":");
  critTextJson(T, What, 80);
  critTextPut(T, ",\"file\":");
  critTextJson(T, Site ? textOf(&Site->File) : "", 300);
  critTextPut(T, ",\"line\":");
  critTextDec(T, Site ? Site->Line : 0);
  critTextPut(T, ",\"function\":");
  critTextJson(T, Site ? textOf(&Site->Function) : "", 300);
  critTextPut(T, ",\"event\":");
  critTextDec(T, (int64_t)Events);
  critTextPut(T, ",\"pid\":");
  critTextDec(T, getpid());
  critTextPut(T, "}\n");
}

void critReportAccess(const struct crit_bl_site *Site,
                      const struct crit_object *O, uint64_t N, uint8_t Kind,
                      const char *Call, const char *What) {
  struct site_count *S = countOf(Site);
  uint64_t Events = __atomic_add_fetch(&S->Events, 1, __ATOMIC_RELAXED);
  uint64_t *Count = Kind == CRIT_BL_KIND_ESCAPE  ? &critBlCounts.Escapes
                    : Kind == CRIT_BL_KIND_READ ? &critBlCounts.Reads
                                                : &critBlCounts.Writes;
  __atomic_add_fetch(Count, 1, __ATOMIC_RELAXED);
  crit_stat_count(Kind == CRIT_BL_KIND_READ ? CRIT_COUNTER_OobReads
                                            : CRIT_COUNTER_OobWrites,
                  1);
  if (UNLIKELY(critBlOptions.First))
    critStop("the first out-of-bounds access (bounds=first)", Site);
  if (UNLIKELY(!critBlOptions.Never && Events > critBlOptions.Budget))
    critStop("a site that seems to run away (bounds_budget)", Site);
  if (UNLIKELY(critBlOptions.Total && !critBlOptions.Never &&
               critBlCounts.Reads + critBlCounts.Writes > critBlOptions.Total))
    critStop("more out-of-bounds accesses than bounds_total", Site);
  if (LIKELY(Events > 3 && (Events & (Events - 1))))
    return;
  char Buffer[1800];
  struct crit_text T = {Buffer, 0, sizeof(Buffer)};
  if (!critBlOptions.Quiet) {
    critTextPut(&T, "crit: boundless: ");
    critTextPut(&T, KindNames[Kind]);
    if (Kind != CRIT_BL_KIND_ESCAPE) {
      critTextPut(&T, " of ");
      critTextDec(&T, (int64_t)N);
      critTextPut(&T, N == 1 ? " byte" : " bytes");
    }
    if (Call) {
      critTextPut(&T, " by ");
      critTextPut(&T, Call);
    }
    critTextPut(&T, " at offset ");
    critTextDec(&T, O->Offset);
    critTextPut(&T, " of a ");
    critTextPut(&T, objectKind(O->Base));
    critTextPut(&T, " object with room for ");
    critTextDec(&T, (int64_t)O->Size);
    critTextPut(&T, " bytes");
    const struct crit_bl_site *Origin = critHeapOrigin(O->Base);
    if (Origin) {
      critTextPut(&T, " allocated");
      putPlace(&T, Origin);
      critTextChar(&T, ',');
    }
    putPlace(&T, Site);
    critTextPut(&T, "; ");
    critTextPut(&T, What);
    critTextPut(&T, " (event ");
    critTextDec(&T, (int64_t)Events);
    critTextPut(&T, ") pid=");
    critTextDec(&T, getpid());
    critTextChar(&T, '\n');
    output(&T);
    T.Length = 0;
  }
  if (critBlOptions.Log[0]) {
    putJson(&T, Site, O, N, Kind, Call, What, Events);
    appendLog(&T);
  }
}

uint64_t critSiteRun(const struct crit_bl_site *Site) {
  // Reads at this site since another site had one: a scan for a sentinel.
  static struct site_count *Last;
  struct site_count *S = countOf(Site);
  if (Last != S) {
    S->Run = 0;
    Last = S;
  }
  return ++S->Run;
}

void critReportFree(const void *P, const char *What, const void *Caller) {
  uint64_t Events = __atomic_add_fetch(&critBlCounts.Frees, 1, __ATOMIC_RELAXED);
  if (critBlOptions.First)
    critStop("an invalid free (bounds=first)", NULL);
  if (critBlOptions.Quiet || (Events > 3 && (Events & (Events - 1))))
    return;
  char Buffer[400];
  struct crit_text T = {Buffer, 0, sizeof(Buffer)};
  uint64_t Word = (uint64_t)P;
  critTextPut(&T, "crit: boundless: free of ");
  critTextPut(&T, What);
  critTextPut(&T, " (");
  critTextHex(&T, &Word, 1);
  critTextPut(&T, "); nothing done (event ");
  critTextDec(&T, (int64_t)Events);
  critTextPut(&T, ") pid=");
  critTextDec(&T, getpid());
  critTextChar(&T, '\n');
  output(&T);
}

void critStop(const char *Reason, const struct crit_bl_site *Site) {
  char Buffer[800];
  struct crit_text T = {Buffer, 0, sizeof(Buffer)};
  critTextPut(&T, "crit: boundless: stopped because of ");
  critTextPut(&T, Reason);
  putPlace(&T, Site);
  critTextPut(&T, " pid=");
  critTextDec(&T, getpid());
  critTextChar(&T, '\n');
  output(&T);
  crit_stat_count(CRIT_COUNTER_OobStopped, 1);
  if (critBlOptions.Log[0]) {
    T.Length = 0;
    critTextPut(&T, "{\"technique\":\"boundless\",\"kind\":\"stop\",\"reason\":");
    critTextJson(&T, Reason, 100);
    critTextPut(&T, ",\"pid\":");
    critTextDec(&T, getpid());
    critTextPut(&T, "}\n");
    appendLog(&T);
  }
  if (critBlOptions.Abort)
    abort();
  _exit(86);
}

__attribute__((destructor)) static void summary(void) {
  struct crit_bl_counts *C = &critBlCounts;
  if (critBlOptions.Quiet || !(C->Reads | C->Writes | C->Frees))
    return;
  char Buffer[400];
  struct crit_text T = {Buffer, 0, sizeof(Buffer)};
  critTextPut(&T, "crit: boundless: summary: ");
  critTextDec(&T, (int64_t)C->Reads);
  critTextPut(&T, " reads, ");
  critTextDec(&T, (int64_t)C->Writes);
  critTextPut(&T, " writes, ");
  critTextDec(&T, (int64_t)C->Escapes);
  critTextPut(&T, " pointers out of bounds, ");
  critTextDec(&T, (int64_t)C->Frees);
  critTextPut(&T, " invalid frees; ");
  critTextDec(&T, (int64_t)C->Evicted);
  critTextPut(&T, " chunks forgotten pid=");
  critTextDec(&T, getpid());
  critTextChar(&T, '\n');
  output(&T);
}
