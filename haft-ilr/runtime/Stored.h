//===- Stored.h - whether a store went where it should ----------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_ILR_STORED_H
#define CRIT_ILR_STORED_H

#include "Registers.h"
#include "crit/records.h"

/// A check has failed in a function of T (null: not known) whose stack pointer is Sp.
/// Returns 0 if it compares an address that something may have been stored through
/// (crit_stack_site), and it cannot be told that nothing is lost by that.
int critNothingAstray(const struct crit_ilr_frame *Frame,
                      const struct crit_region_table *T, uint64_t Sp);

#endif
