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
    uint32_t Tries; ///< of this check
    uint32_t All;   ///< of all checks that go on there
    uint32_t Moved; ///< not tried on one core only
  } Last[CRIT_RECOVERY_THREADS];
};

/// Whether thread Tid, at a mismatch now, may go on at Place. Within a second the
/// same check more than Retries times, or any check of the region twice as often
/// and twice more, means that the core is bad: the thread is moved to the others
/// it may run on, and Suspect becomes Core. It gets as many tries there, and 16 more,
/// as it does where there are no others (unless Retries is 0). What is
/// wrong every time fails at the same check again; but a core that is wrong now
/// and then fails anywhere, and whoever stays there long meets two faults at once.
int critMayRecover(struct crit_recoveries *Past,
                   const struct crit_options *Options, uint32_t Retries,
                   int32_t Tid, int32_t Core, int64_t Time, uint64_t Place,
                   uint64_t Site, int32_t *Suspect);

#endif
