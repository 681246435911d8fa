//===- Stats.h - writing the counters page ----------------------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two layers: critStats... work on a given page and are part of the embedded
// failure path, too; crit_stat_... are for techniques (libcrit_rt.a) and find
// the process' page by themselves.
//===----------------------------------------------------------------------===//
#ifndef CRIT_RUNTIME_STATS_H
#define CRIT_RUNTIME_STATS_H

#include "Text.h"
#include "crit/stats.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Maps the page at Path ("%p": the process id), making the file if there is
/// none. Null, and a line in Errors, if that cannot be done.
struct crit_stats_page *critStatsOpen(const char *Path,
                                      struct crit_text *Errors);

void critStatsAdd(struct crit_stats_page *Page, enum crit_counter Counter,
                  uint64_t N);

/// What happened at one place.
struct crit_stats_event {
  enum crit_counter Counter;
  int32_t Core; ///< -1 unknown
  int64_t Time; ///< CLOCK_REALTIME in nanoseconds
  int32_t Module; ///< from critStatsModule
  uint64_t Offset; ///< in the module's image
  const uint64_t *Bits; ///< that differed, low word first; may be null
  uint32_t Words;
};

/// Counts the event in all tables of the page.
void critStatsEvent(struct crit_stats_page *Page,
                    const struct crit_stats_event *Event);

/// Index of the module with this path, -1 without room.
int32_t critStatsModule(struct crit_stats_page *Page, const char *Path);

/// The page of this process; null without CRIT_OPTIONS=stats=. Everything that
/// follows does nothing then. May be called at any time (Runtime.h).
struct crit_stats_page *crit_stat_page(void);

/// Adds N; ~0 (that is -1) takes one off a gauge.
void crit_stat_count(enum crit_counter Counter, uint64_t N);

/// Counts one event at Code, an address in the function it happened in: in the
/// total, for the current core, for the place, and for each bit set in the
/// Words words of Bits (what differed, low word first; may be null).
void crit_stat_site(enum crit_counter Counter, const void *Code,
                    const uint64_t *Bits, uint32_t Words);

#ifdef __cplusplus
}
#endif
#endif
