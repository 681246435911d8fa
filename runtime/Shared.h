//===- Shared.h - one state for all hardened images of a process *- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// libcrit_rt.a is linked into every executable and shared object that needs it,
// its functions hidden: each image runs its own. What must exist once in a
// process is data, in symbols that are weak and of default visibility, named
// __crit_shared_NAME_VERSION: the dynamic loader binds all images to the
// definition in the first one loaded. The driver exports them from executables
// (--export-dynamic-symbol=__crit_shared_*), so that shared objects loaded
// later find them.
//
// An image that hides its symbols (a version script with "local: *"), and
// images loaded with RTLD_LOCAL into a plain program, have a state of their own.
// Nothing may break then: they read the same options, and join the same
// counters page by its file.
//
// A symbol's layout never changes; a new layout is a new VERSION. All zero is
// its initial state.
//===----------------------------------------------------------------------===//
#ifndef CRIT_RUNTIME_SHARED_H
#define CRIT_RUNTIME_SHARED_H

#include <stdint.h>

#define CRIT_SHARED __attribute__((weak, visibility("default")))

struct crit_shared_state {
  uint32_t OptionErrorsShown; ///< wrong options are reported once
  uint32_t Reserved0;
  uint64_t PageState; ///< 0: not tried; see critOnce
  struct crit_stats_page *Page; ///< null: counts nowhere
  const uint32_t *NotForked; ///< 1 in memory that a forked child finds empty
  uint64_t Reserved[28];
};

extern CRIT_SHARED struct crit_shared_state __crit_shared_state_1;

#endif
