//===- Statistics.h - counts, shares and their uncertainty -----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_STATISTICS_H
#define CRIT_INJECT_STATISTICS_H

#include "Campaign.h"

#include <map>

namespace crit::inject {

struct Interval {
  double Low, High;
};

/// Wilson score interval for K successes of N, 95 %. N == 0 gives [0, 1].
Interval wilson(uint64_t K, uint64_t N);

Tally tally(const std::vector<FaultRecord> &Faults);
uint64_t total(const Tally &T);

/// Tallies by a key of the record, for breakdowns.
template <typename KeyFn>
std::map<std::string, Tally> breakdown(const std::vector<FaultRecord> &Faults,
                                       KeyFn Key) {
  std::map<std::string, Tally> M;
  for (const FaultRecord &F : Faults)
    ++M.try_emplace(Key(F), Tally{}).first->second[size_t(F.Result)];
  return M;
}

} // namespace crit::inject
#endif
