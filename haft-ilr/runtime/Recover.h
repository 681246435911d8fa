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
    int64_t Time;
    int32_t Tid;
    uint32_t Tries;
  } Last[CRIT_RECOVERY_THREADS];
};

/// Whether thread Tid, at a mismatch now, may go on at Place. The same place
/// more than Retries times within a second means that the core is bad: the
/// thread is moved to the others it may run on, and Suspect becomes Core. It gets
/// as many tries there, at least one.
int critMayRecover(struct crit_recoveries *Past,
                   const struct crit_options *Options, uint32_t Retries,
                   int32_t Tid,
                   int32_t Core, int64_t Time, uint64_t Place,
                   int32_t *Suspect);

#endif
