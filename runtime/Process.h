//===- Process.h - what reports and stops need of the kernel ----*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Freestanding and async-signal-safe, for the embedded failure path as well as
// for the runtime library.
//===----------------------------------------------------------------------===//
#ifndef CRIT_RUNTIME_PROCESS_H
#define CRIT_RUNTIME_PROCESS_H

#include "Text.h"

#define CRIT_NORETURN __attribute__((noreturn))

#ifdef __cplusplus
extern "C" {
#endif

/// Sets the thread's signal mask; Old, if not null, gets the one before.
void critSetSignals(uint64_t Mask, uint64_t *Old);

/// Writes Text and empties it. Gives up after a second: a full pipe whose
/// reader is gone must not hold up a program that has to stop.
void critWriteAll(int64_t Fd, struct crit_text *Text);

/// Value of CRIT_OPTIONS, null if there is none. Null in set-user-id programs,
/// too: whoever starts one must not choose files for it. Environ and GetAuxVal
/// are the program's own, null where it has none.
const char *critFindOptions(char **Environ,
                            unsigned long (*GetAuxVal)(unsigned long Type));

/// Ends the process with CRIT_EXIT_STATUS.
CRIT_NORETURN void critStopProcess(void);

/// Ends it by SIGABRT with its default action (core dump).
CRIT_NORETURN void critAbortProcess(void);

#ifdef __cplusplus
}
#endif
#endif
