//===- Policy.h - is a policy file what its writer means -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_DRIVER_POLICY_H
#define CRIT_DRIVER_POLICY_H

#include <string>
#include <vector>

namespace crit {

/// Looks for lines of a -fcrit-policy file that can never apply; the plugin,
/// which reads it as any special case list, would pass over them in silence.
/// \p Techniques is what a line may choose, beside no-boundless, \p Missing what this build has not.
/// False with "FILE:LINE: what is wrong; the remedy".
bool checkPolicy(const std::string &File, const std::string &Content,
                 const std::vector<std::string> &Techniques,
                 const std::vector<std::string> &Missing, std::string &Error);

} // namespace crit
#endif
