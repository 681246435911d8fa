//===- CampaignCommand.h - what run and serve share ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_CAMPAIGNCOMMAND_H
#define CRIT_INJECT_CAMPAIGNCOMMAND_H

#include "Commands.h"

#include "Campaign.h"
#include "Store.h"

#include <functional>

namespace crit::inject {

class CampaignCommand : public Command {
protected:
  void addCommonOptions();
  /// Checks and completes the settings.
  void prepare();
  CampaignPart part() const;
  void noteScope(const TargetImage &Image) const;
  /// Runs the campaign and reports; the exit code.
  int finish(const std::function<CampaignResult(Store *, const Hooks &)> &Run);

  CampaignOptions Campaign;

private:
  std::string ModelName = "operand", JsonPath, CsvPath, HtmlPath, StorePath,
              ShardText;
  double MarginPercent = 0;
  bool ListSdc = false, Quiet = false;
};

} // namespace crit::inject
#endif
