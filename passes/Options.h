//===- Options.h - the plugin's command line -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_PASSES_OPTIONS_H
#define CRIT_PASSES_OPTIONS_H

#include <cstdint>
#include <string>

namespace crit {

/// What the driver (passes/Options.def) told the plugin.
struct PluginOptions {
  std::string Technique;      ///< -crit=
  std::string PolicyFile;     ///< -crit-policy=
  bool Strict = false;        ///< -crit-strict
  bool LoadsTwice = false;    ///< -crit-loads=twice
  bool Inject = false;        ///< -crit-inject
  uint32_t DroppedChecks = 0; ///< -crit-drop-check=, bit per crit_check_kind

  static const PluginOptions &get();
};

} // namespace crit
#endif
