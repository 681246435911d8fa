//===- Runner.h - a whole campaign, from settings to results ---*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_RUNNER_H
#define CRIT_INJECT_RUNNER_H

#include "Campaign.h"
#include "Store.h"

#include <iosfwd>

namespace crit::inject {

/// Runs what is missing of a campaign. With a store, results go there as they
/// come, and those already in it are not computed again. The result holds all
/// faults known so far.
CampaignResult runCampaign(const CampaignOptions &O, const CampaignPart &Part,
                           Store *Db, const Hooks &H);

struct ReplayResult {
  FaultRecord Recorded;
  FaultRecord Now;
  bool Same = false;
};

/// Repeats one stored fault and compares what becomes of it.
ReplayResult replayFault(Store &Db, int64_t Campaign, uint64_t Id,
                         const Hooks &H);

/// Brings the program to a stored fault, applies it, and leaves the process
/// stopped and untraced. Its output goes to ours.
struct StoppedAtFault {
  pid_t Pid;
  FaultRecord Fault;
};
StoppedAtFault stopAtFault(Store &Db, int64_t Campaign, uint64_t Id);

} // namespace crit::inject
#endif
