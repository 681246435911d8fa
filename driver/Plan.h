//===- Plan.h - what the driver will run -----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef CRIT_DRIVER_PLAN_H
#define CRIT_DRIVER_PLAN_H

#include "CritOptions.h"
#include "Facts.h"
#include <string>
#include <vector>

namespace crit {

/// Where things are.
struct Config {
  std::string Driver; ///< this program
  std::string Plugin; ///< lib/CritPasses.so beside it
  std::string Libraries; ///< lib beside it: the runtime's archives
  std::string Headers; ///< lib/crit/include beside it: <crit/crit.h>
  std::string CcacheFiles; ///< lib/crit/ccache-files.h beside it
  std::string Clang;  ///< LLVM 22's clang
};

/// Found from the place of this program, so that an installed or moved tree
/// works, and from the LLVM it was built with.
Config findConfig(const Options &O);

struct Plan {
  std::string Program;
  std::vector<std::string> Args;
  bool Hardens = false; ///< false: plain clang, nothing added
};

/// Techniques that cannot be used on this command line. Asking for one is an
/// error, the default goes without.
std::vector<Technique> unfitDefaults(const Facts &F);

/// Pure but for looking whether the plugin and clang are there. False with a
/// message when what is asked for cannot be had.
bool makePlan(const Facts &F, const Options &O, const Config &C, Plan &P,
              std::string &Error);

/// The command line, quoted as clang's -### does.
std::string describe(const Plan &P);

} // namespace crit
#endif
