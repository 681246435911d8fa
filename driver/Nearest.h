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

/// The name closest to \p Given; never empty unless \p Names is. A common
/// beginning counts: "bound" means boundless, though "none" is no farther.
inline std::string nearest(const std::string &Given,
                           const std::vector<std::string> &Names) {
  std::string Best;
  int BestScore = 0;
  for (const std::string &Name : Names) {
    int Score = 2 * static_cast<int>(editDistance(Given, Name));
    for (size_t I = 0; I < Given.size() && I < Name.size(); ++I, --Score)
      if (Given[I] != Name[I])
        break;
    if (Best.empty() || Score < BestScore) {
      BestScore = Score;
      Best = Name;
    }
  }
  return Best;
}

} // namespace crit
#endif
