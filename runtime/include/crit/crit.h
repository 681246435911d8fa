//===- crit.h - what a program may say to Crit, and hear from it -*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Public header for programs built with crit-clang. C and C++, no library to
// link: every hook below is optional and found by name when it exists.
//===----------------------------------------------------------------------===//
#ifndef CRIT_CRIT_H
#define CRIT_CRIT_H

#include <stdint.h>

// Per-function choice of technique; wins over the command line.
//   CRIT_NONE int parseTrustedTable(const char *P);
#define CRIT_NONE __attribute__((annotate("crit:none")))
// Duplicated as usual, but bounds are not checked: code that walks raw memory.
#define CRIT_NO_BOUNDLESS __attribute__((annotate("crit:no-boundless")))
#define CRIT_ILR __attribute__((annotate("crit:ilr")))
#define CRIT_HAFT __attribute__((annotate("crit:haft")))
#define CRIT_DELTA __attribute__((annotate("crit:delta")))

/// Exit status of a process that was stopped by Crit.
#define CRIT_EXIT_STATUS 86

#ifdef __cplusplus
extern "C" {
#endif

/// crit_event.Technique
enum crit_technique {
  CRIT_TECHNIQUE_ILR = 1,
  CRIT_TECHNIQUE_HAFT = 2,
  CRIT_TECHNIQUE_DELTA = 3
};

/// crit_event.Action: what happens once the event has been reported.
enum crit_action {
  CRIT_ACTION_EXIT = 0,  ///< process leaves with CRIT_EXIT_STATUS
  CRIT_ACTION_ABORT = 1, ///< SIGABRT with its default action (core dump)
  CRIT_ACTION_HOOK = 2,  ///< crit_on_event stops the program its own way
  CRIT_ACTION_RECOVER = 3, ///< computed again; the program carries on
};

/// One mismatch. It and its strings are valid during the call of the hook;
/// strings are never null ("" when unknown). Later versions only append fields: compare Size
/// before reading any that this header has and an older runtime may not.
struct crit_event {
  uint32_t Size;      ///< bytes filled in, sizeof of the writer's crit_event
  uint16_t Technique; ///< enum crit_technique
  uint16_t Action;    ///< enum crit_action
  int32_t Pid;        ///< process id as getpid()
  int32_t Tid;        ///< kernel thread id as gettid()
  int32_t Core;       ///< logical CPU of the report, -1 if unknown; the thread
                      ///< may have moved since the fault
  uint32_t Line;      ///< source line of the check, from 1; 0 unknown
  int64_t Time;       ///< CLOCK_REALTIME, nanoseconds since 1970
  const char *Check;    ///< kind of check, a name from crit/checks.def
  const char *Function; ///< symbol name (C++: mangled)
  const char *File;     ///< source file as the compiler was given it
  const char *Module;   ///< ELF file the function is in; only when Line is 0
  const void *Code;     ///< an address inside the function
  uint64_t Offset;      ///< Code minus the start of the ELF image; 0 unknown
  const char *MasterName; ///< register of the first copy, "" if in none
  const char *ShadowName; ///< register of the second copy
  uint32_t Width;         ///< bytes compared (1 to 64); 0 if not in registers
  uint32_t Reserved;
  uint64_t Master[8]; ///< value of the first copy, low word first, Width bytes,
                      ///< the rest 0
  uint64_t Shadow[8]; ///< value of the second copy
  uint64_t Bits[8];   ///< exclusive or of the two: the bits that differed
};

// Hooks: define them in the program. "used" and default visibility keep a
// definition that only hardened code refers to through LTO and -fvisibility.
#define CRIT_HOOK __attribute__((used, visibility("default")))

/// Called once per process for the first mismatch, in the thread that met it,
/// before anything is printed, with all signals blocked; other threads still
/// run. Must be async-signal-safe: the thread may hold any lock. With
/// on_stop=exit|abort returning continues the stop, and a hook that takes
/// longer than hook_seconds is ended by SIGKILL. With on_stop=hook it is called
/// after the report instead, without time limit and with the signal mask as it
/// was, and should end the thread's work itself (longjmp, execve, _exit); if it
/// returns, the process leaves with CRIT_EXIT_STATUS.
CRIT_HOOK void crit_on_event(const struct crit_event *Event);

/// Returns options in the syntax of CRIT_OPTIONS ("key=value:key=value"), or
/// null; the environment wins over it. Same rules as crit_on_event.
CRIT_HOOK const char *crit_default_options(void);

// Custom allocators and -fcrit=boundless: memory cut into items of one size gets
// bounds for each item when it comes from here. Null in programs without the
// runtime; ask first:  if (crit_region_create) P = crit_region_create(96, 1 << 20);

/// Bytes of memory whose items of Item bytes (a multiple of 8, 16 to 1 MiB, or a
/// power of two to 256 MiB) are objects, the first at the address returned. Null
/// with errno set if it cannot be had. For ever: there is no way to give it back.
__attribute__((weak)) void *crit_region_create(__SIZE_TYPE__ Item,
                                               __SIZE_TYPE__ Bytes);
/// An item's new life begins: what was kept out of its bounds is forgotten.
__attribute__((weak)) void crit_region_renew(void *Item);

#ifdef __cplusplus
}
#endif
#endif
