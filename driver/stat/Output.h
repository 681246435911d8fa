//===- Output.h - a counters page for people and programs -----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_STAT_OUTPUT_H
#define CRIT_STAT_OUTPUT_H

#include "Names.h"
#include "Page.h"
#include <iosfwd>

namespace crit::stat {

/// A used entry of the page's site table.
struct SiteRow {
  uint32_t Counter;
  std::string Module; ///< "" unknown
  uint64_t Offset;    ///< an address without a module
  std::string Function; ///< "" unknown
  uint64_t Count, Bits;
  int64_t First, Last;
  int32_t Core;
};

/// Most frequent first.
std::vector<SiteRow> siteRows(const crit_stats_page &Page, const Source &S,
                              Names &N);

void printTable(std::ostream &OS, const crit_stats_page &Page, const Source &S,
                const std::vector<SiteRow> &Sites);
/// One line; documented in docs/crit-stat.md.
void printJson(std::ostream &OS, const crit_stats_page &Page, const Source &S,
               const std::vector<SiteRow> &Sites);
/// Prometheus' text format, version 0.0.4.
void printPrometheus(std::ostream &OS, const crit_stats_page &Page,
                     const std::vector<SiteRow> &Sites);

} // namespace crit::stat
#endif
