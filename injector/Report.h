//===- Report.h - results for people and for programs ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_REPORT_H
#define CRIT_INJECT_REPORT_H

#include "Campaign.h"

#include <string>

namespace crit::inject {

/// Outcome table with intervals and breakdowns.
std::string textReport(const CampaignOptions &O, const CampaignResult &R);
/// One line with all about a fault.
std::string describeRecord(const FaultRecord &F);
/// Those of the silent corruptions.
std::string listSDCs(const CampaignResult &R);
/// Everything, without times: same seed, same bytes.
std::string jsonReport(const CampaignOptions &O, const CampaignResult &R);
/// One line per fault.
std::string csvReport(const CampaignResult &R);

/// A campaign in a report of several.
struct ReportedCampaign {
  int64_t Number = 0;    // in its store
  std::string StorePath; // empty: none, nothing can be replayed
  std::string Directory; // it ran in; empty: here
  CampaignOptions Options;
  CampaignResult Result;
};
/// One page with everything, that needs nothing else.
std::string htmlReport(const std::vector<ReportedCampaign> &Campaigns);

/// Throws InputError.
void writeFile(const std::string &Path, const std::string &Text);

} // namespace crit::inject
#endif
