//===- Recover.h - whether to compute again ---------------------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_ILR_RECOVER_H
#define CRIT_ILR_RECOVER_H

#include "Options.h"

#define CRIT_RECOVERY_THREADS 8

/// What failed last, by thread. Zero-initialised.
struct crit_recoveries {
  uint64_t Total;
  struct {
    uint64_t Place; ///< where it went on
    uint64_t Site;  ///< which check
    int64_t Time;
    int32_t Tid;
    uint32_t Tries;  ///< of this check
    uint32_t Others; ///< checks that failed in between
  } Last[CRIT_RECOVERY_THREADS];
};

/// Whether thread Tid, at a mismatch now, may go on at Place. The same check
/// more than Retries times within a second means that the core is bad: the
/// thread is moved to the others it may run on, and Suspect becomes Core. It gets
/// as many tries there, at least one. What runs again fails at the same check again;
/// faults that have nothing to do with each other hardly do: another Site is counted
/// apart, with an upper bound for all.
int critMayRecover(struct crit_recoveries *Past,
                   const struct crit_options *Options, uint32_t Retries,
                   int32_t Tid, int32_t Core, int64_t Time, uint64_t Place,
                   uint64_t Site,
                   int32_t *Suspect);

#endif
