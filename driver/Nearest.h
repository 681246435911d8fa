//===- Nearest.h - the name the user probably meant ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef CRIT_DRIVER_NEAREST_H
#define CRIT_DRIVER_NEAREST_H

#include <algorithm>
#include <string>
#include <vector>

namespace crit {

inline unsigned editDistance(const std::string &A, const std::string &B) {
  std::vector<unsigned> Row(B.size() + 1);
  for (unsigned J = 0; J <= B.size(); ++J)
    Row[J] = J;
  for (unsigned I = 1; I <= A.size(); ++I) {
    unsigned Diagonal = Row[0];
    Row[0] = I;
    for (unsigned J = 1; J <= B.size(); ++J) {
      unsigned Replace = Diagonal + (A[I - 1] != B[J - 1]);
      Diagonal = Row[J];
      Row[J] = std::min({Replace, Row[J] + 1, Row[J - 1] + 1});
    }
  }
  return Row[B.size()];
}

/// The name closest to \p Given; never empty unless \p Names is.
inline std::string nearest(const std::string &Given,
                           const std::vector<std::string> &Names) {
  std::string Best;
  unsigned BestDistance = ~0u;
  for (const std::string &Name : Names)
    if (unsigned D = editDistance(Given, Name); D < BestDistance) {
      BestDistance = D;
      Best = Name;
    }
  return Best;
}

} // namespace crit
#endif
