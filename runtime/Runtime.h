//===- Runtime.h - what techniques find in libcrit_rt.a ---------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For the run-time halves of techniques, which are archives linked in front of
// libcrit_rt.a. Everything here may be called at any time: before main and
// constructors, in signal handlers, after fork, in programs without libc. No
// allocation, no libc, general registers only.
//===----------------------------------------------------------------------===//
#ifndef CRIT_RUNTIME_RUNTIME_H
#define CRIT_RUNTIME_RUNTIME_H

#include "Options.h"
#include "Process.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CRIT_ONCE_DONE 2

/// Runs Init once; State is 0 before and CRIT_ONCE_DONE after. Threads that come
/// meanwhile wait, signals are blocked, a fork in between does no harm.
void critOnce(uint64_t *State, void (*Init)(void));

/// The options of this process, read by the first call. Wrong ones are reported
/// on stderr once.
const struct crit_options *critOptions(void);

/// The program's crit_on_event, null if it has none.
struct crit_event;
typedef void (*crit_event_hook)(const struct crit_event *Event);
crit_event_hook critEventHook(void);

/// Where the ELF image this copy of the runtime belongs to is loaded, null if
/// unknown.
const char *critImageStart(void);

#ifdef __cplusplus
}
#endif
#endif
