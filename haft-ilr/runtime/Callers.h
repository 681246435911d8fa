//===- Callers.h - frames above the one that failed -------------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_ILR_CALLERS_H
#define CRIT_ILR_CALLERS_H

#include "StackPointer.h"

/// Whether all that was written (List, as in crit_written) through Wrong, which is above Right,
/// lies where T's callers have nothing while they call, or, if Inside, in T's own frame.
int critCallersFree(uint64_t Wrong, uint64_t Right, int Inside, const struct crit_region_table *T,
                    uint32_t List, const struct crit_ilr_imports *Imports);

#endif
