//===- Info.h - --crit-help and its relatives ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef CRIT_DRIVER_INFO_H
#define CRIT_DRIVER_INFO_H

#include "CritOptions.h"
#include "Plan.h"
#include <string>

namespace crit {

std::string helpText();
/// The page docs/options.md.
std::string helpMarkdown();
std::string versionText();
std::string configText(const Config &C);

/// Changes whenever the same command could give other code. Meant for
/// CCACHE_COMPILERCHECK="%compiler% --crit-fingerprint". "" when the plugin or
/// clang cannot be read.
std::string fingerprint(const Config &C, const Options &O);

} // namespace crit
#endif
