//===- OptionsJson.h - campaign settings as text ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_OPTIONSJSON_H
#define CRIT_INJECT_OPTIONSJSON_H

#include "Campaign.h"

namespace crit::inject {

/// Everything replay needs, as JSON.
std::string optionsToJson(const CampaignOptions &O);
CampaignOptions optionsFromJson(const std::string &Text);

} // namespace crit::inject
#endif
