//===- Argument.h - an argument that was hit on its way ---------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_ILR_ARGUMENT_H
#define CRIT_ILR_ARGUMENT_H

#include "Trap.h"

/// Code that has trapped again where it trapped before: both copies of a pointer are
/// wrong. If its function, or one of the Depth that wait for it, got one that leads to
/// nowhere, while the caller has exactly one that is a bit away and leads somewhere, all words of
/// the frame that are made from it are put right. Plan is the landing of that function's
/// region then. If none of them is a caller's, whoever has got it from further up is put
/// right, and Plan stays. Returns 0 if there is no such pointer, or more than one.
int critArgumentRepair(const struct crit_trap *Trap,
                       const struct crit_ilr_imports *Imports, uint32_t Depth,
                       struct crit_trap_plan *Plan);

/// Code that is not hardened has trapped, libc's say, on a pointer that it or one of the Depth
/// functions before it got from hardened code, which has it right: that is put right in
/// registers and on the stack down to there, and it goes on where it is. Plan is from
/// critTrapPlan.
int critArgumentAbroad(const struct crit_trap *Trap, const struct crit_ilr_imports *Imports,
                       uint32_t Depth, const struct crit_trap_plan *Plan);

#endif
