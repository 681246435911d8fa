//===- LiveRunner.h - faults in a server while it serves -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Clients send verified requests all the time. At a random moment a thread of
// the server (drawn by processor time) is stopped and stepped; a random number
// of fault sites in scope (below --spread) is passed over, the next gets the
// fault, and the thread goes on. Then each client reads all of its data back. A server that did not
// mask the fault is replaced; one that did gets the next.
//
// Seeded: requests, thread, number of steps, operand, bit. Not repeatable: the
// moment, and so the instruction.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_LIVERUNNER_H
#define CRIT_INJECT_LIVERUNNER_H

#include "Campaign.h"
#include "Store.h"

namespace crit::inject {

/// Runs what is missing of the campaign O.Live describes; see Runner.h.
CampaignResult runLive(const CampaignOptions &O, const CampaignPart &Part,
                       Store *Db, const Hooks &H);

} // namespace crit::inject
#endif
