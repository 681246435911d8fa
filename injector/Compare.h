//===- Compare.h - two campaigns side by side ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_COMPARE_H
#define CRIT_INJECT_COMPARE_H

#include "Store.h"

namespace crit::inject {

/// Shares per injection and, since hardened code runs longer and so is hit
/// more often, expected outcomes for one and the same job at a constant rate
/// of upsets (share x instructions exposed).
std::string compareReport(const StoredCampaign &Plain,
                          const StoredCampaign &Hardened);

} // namespace crit::inject
#endif
