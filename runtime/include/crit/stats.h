//===- stats.h - the counters page of a hardened program --------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CRIT_OPTIONS=stats=PATH: one file, mapped shared by the program and readable
// by anyone who may open it (mode 0600) while the program runs and after it
// died. Writers use atomic operations only and never wait; a reader sees each
// number whole, but not all of them at one instant.
//
// The file is made on first use and never made smaller or replaced: processes
// and runs that use one file add up in it. "%p" in PATH is the process id, for
// a page of each process; a forked child then gets its own at its first event.
// Without %p children count in their parent's page.
//
// A page that is being made has Magic 0. All integers are little endian. Any
// change of this layout is a new CRIT_STATS_VERSION.
//===----------------------------------------------------------------------===//
#ifndef CRIT_STATS_H
#define CRIT_STATS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CRIT_STATS_MAGIC 0x53545243u /* "CRTS" */
#define CRIT_STATS_VERSION 1u

enum crit_counter {
#define CRIT_COUNTER(ENUM, VALUE, NAME, KIND, CORE, TEXT)                      \
  CRIT_COUNTER_##ENUM = VALUE,
#include "crit/counters.def"
};

enum {
  CRIT_STATS_COUNTERS = 64,
  CRIT_STATS_BITS = 64,
  CRIT_STATS_CORES = 512, /* cores beyond share the last row */
  CRIT_STATS_MODULES = 32,
  CRIT_STATS_SITES = 512,
};

/* Columns of the per-core table. */
enum crit_core_counter {
#define CRIT_CORE_COLUMN(ENUM, VALUE, NAME, TEXT) CRIT_CORE_##ENUM = VALUE,
#include "crit/counters.def"
  CRIT_CORE_None = 255,
};

struct crit_stats_core {
  uint32_t Count[8]; /* by enum crit_core_counter */
};

/* An ELF file that sites are in. */
struct crit_stats_module {
  uint32_t State; /* 0: free; 1: being written; 2: ready */
  char Path[252]; /* NUL-terminated; cut at the end if longer */
};

/* A place that counted something: open addressing by Key, never removed. */
struct crit_stats_site {
  uint64_t Key;   /* 0: free; see CRIT_SITE_KEY */
  uint64_t Count;
  int64_t First;  /* CLOCK_REALTIME, nanoseconds since 1970 */
  int64_t Last;
  uint64_t Bits;  /* all bits that ever differed here, of the low 64 */
  int32_t Core;   /* of the last event, -1 unknown */
  uint32_t Reserved[5];
};

/* Offset: from the start of the module's ELF image. */
#define CRIT_SITE_KEY(COUNTER, MODULE, OFFSET)                                 \
  ((uint64_t)((COUNTER) + 1) << 56 | (uint64_t)((MODULE) + 1) << 48 |          \
   ((uint64_t)(OFFSET) & 0xffffffffffffull))
#define CRIT_SITE_KEY_COUNTER(KEY) ((uint32_t)((KEY) >> 56) - 1)
/* Index of the module; -1: unknown, Offset is then an address. */
#define CRIT_SITE_KEY_MODULE(KEY) ((int32_t)((KEY) >> 48 & 255) - 1)
#define CRIT_SITE_KEY_OFFSET(KEY) ((KEY) & 0xffffffffffffull)

struct crit_stats_page {
  uint32_t Magic;
  uint32_t Version;
  uint32_t Size; /* sizeof(struct crit_stats_page) */
  int32_t Pid;   /* of the process that opened it last */
  int64_t Made;  /* CLOCK_REALTIME, nanoseconds since 1970 */
  int64_t Opened;
  uint64_t SitesLost; /* events whose site found no room */
  uint64_t Reserved[11];
  uint64_t Counters[CRIT_STATS_COUNTERS]; /* by enum crit_counter */
  uint64_t Bits[CRIT_STATS_BITS]; /* how often bit N (mod 64) differed */
  struct crit_stats_core Cores[CRIT_STATS_CORES];
  struct crit_stats_module Modules[CRIT_STATS_MODULES];
  struct crit_stats_site Sites[CRIT_STATS_SITES];
};

#ifdef __cplusplus
}
#endif
#endif
