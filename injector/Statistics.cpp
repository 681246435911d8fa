//===- Statistics.cpp - counts, shares and their uncertainty --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace crit::inject {

Interval wilson(uint64_t K, uint64_t N) {
  if (N == 0)
    return {0, 1};
  constexpr double Z = 1.959963984540054;
  double P = double(K) / double(N), Z2 = Z * Z / double(N);
  double Mid = (P + Z2 / 2) / (1 + Z2);
  double Half =
      Z * std::sqrt(P * (1 - P) / double(N) + Z2 / (4 * double(N))) / (1 + Z2);
  return {K == 0 ? 0 : std::max(0.0, Mid - Half),
          K == N ? 1 : std::min(1.0, Mid + Half)};
}

Tally tally(const std::vector<FaultRecord> &Faults) {
  Tally T{};
  for (const FaultRecord &F : Faults)
    ++T[static_cast<size_t>(F.Result)];
  return T;
}

uint64_t total(const Tally &T) {
  return std::accumulate(T.begin(), T.end(), uint64_t(0));
}

} // namespace crit::inject
