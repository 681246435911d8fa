//===- Page.h - a counters page, read -------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_STAT_PAGE_H
#define CRIT_STAT_PAGE_H

#include "crit/stats.h"
#include <memory>
#include <string>
#include <vector>

namespace crit::stat {

/// Where a page is.
struct Source {
  std::string File;  ///< to open it
  std::string Shown; ///< the name for people
  std::string Root;  ///< put before names of modules: "/proc/PID/root" or ""
  int Pid = 0;       ///< asked for by process; 0: by file
};

/// The page of a running process. Throws std::runtime_error with one line that
/// says what to do.
Source findByPid(int Pid);

/// CRIT_OPTIONS' value of stats=, "" without; the last one wins.
std::string statsOption(const std::string &Options);

/// A copy of the page at one moment. Throws as findByPid.
std::unique_ptr<crit_stats_page> readPage(const Source &S);

bool isRunning(int Pid);

struct CounterRow {
  uint32_t Value;
  const char *Name;
  bool Gauge;
  const char *Text;
};
/// counters.def
const std::vector<CounterRow> &counterRows();
struct CoreColumn {
  uint32_t Value;
  const char *Name, *Text;
};
const std::vector<CoreColumn> &coreColumns();

} // namespace crit::stat
#endif
