//===- ProgressLine.h - how far a campaign is ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_PROGRESSLINE_H
#define CRIT_INJECT_PROGRESSLINE_H

#include "Campaign.h"

namespace crit::inject {

/// One line on standard error, redrawn on a terminal; elsewhere a plain line
/// now and then.
class ProgressLine {
public:
  explicit ProgressLine(bool Enabled);
  void update(const Progress &P);
  void finish();

private:
  bool Enabled, Terminal, Drawn = false;
  double Started, LastDraw = 0;
  const char *Phase = "";
};

/// Path of a program as a shell would find it.
std::string findProgram(const std::string &Name);

} // namespace crit::inject
#endif
