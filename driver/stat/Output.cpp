//===- Output.cpp - a counters page for people and programs ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Output.h"
#include "../Files.h"
#include <algorithm>
#include <cstring>
#include <ctime>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>
#include <tuple>

namespace crit::stat {

static std::string hex(uint64_t Value) {
  std::ostringstream S;
  S << "0x" << std::hex << Value;
  return S.str();
}

static std::string counterName(uint32_t Counter) {
  for (const CounterRow &R : counterRows())
    if (R.Value == Counter)
      return R.Name;
  return "counter-" + std::to_string(Counter);
}

static std::string moduleName(const crit_stats_page &Page, int32_t Index) {
  if (Index < 0 || Index >= CRIT_STATS_MODULES || Page.Modules[Index].State != 2)
    return "";
  const char *Path = Page.Modules[Index].Path;
  return std::string(Path, strnlen(Path, sizeof(Page.Modules[Index].Path)));
}

std::vector<SiteRow> siteRows(const crit_stats_page &Page, const Source &S,
                              Names &N) {
  std::vector<SiteRow> Rows;
  for (const crit_stats_site &Site : Page.Sites) {
    if (!Site.Key || !Site.Count)
      continue;
    SiteRow R;
    R.Counter = CRIT_SITE_KEY_COUNTER(Site.Key);
    R.Module = moduleName(Page, CRIT_SITE_KEY_MODULE(Site.Key));
    R.Offset = CRIT_SITE_KEY_OFFSET(Site.Key);
    if (!R.Module.empty())
      R.Function = N.functionAt(S.Root + R.Module, R.Offset);
    R.Count = Site.Count;
    R.Bits = Site.Bits;
    R.First = Site.First;
    R.Last = Site.Last;
    R.Core = Site.Core;
    Rows.push_back(std::move(R));
  }
  std::sort(Rows.begin(), Rows.end(), [](const SiteRow &A, const SiteRow &B) {
    return std::tie(B.Count, A.Module, A.Offset, A.Counter) <
           std::tie(A.Count, B.Module, B.Offset, B.Counter);
  });
  return Rows;
}

static std::string time(int64_t Nanoseconds) {
  time_t Seconds = Nanoseconds / 1000000000;
  struct tm Parts;
  char Text[32];
  if (Nanoseconds <= 0 || !localtime_r(&Seconds, &Parts) ||
      !strftime(Text, sizeof(Text), "%F %T", &Parts))
    return "-";
  return Text;
}

static bool usesCore(const crit_stats_core &Core) {
  for (uint32_t Count : Core.Count)
    if (Count)
      return true;
  return false;
}

static std::string place(const SiteRow &R) {
  std::string Where = R.Module.empty()
                          ? hex(R.Offset)
                          : baseName(R.Module) + "+" + hex(R.Offset);
  return R.Function.empty() ? Where : R.Function + " (" + Where + ")";
}

void printTable(std::ostream &OS, const crit_stats_page &Page, const Source &S,
                const std::vector<SiteRow> &Sites) {
  OS << S.Shown << ": process " << Page.Pid
     << (isRunning(Page.Pid) ? "" : " (ended)") << ", counting since "
     << time(Page.Made) << "\n";
  bool Any = false;
  for (const CounterRow &R : counterRows()) {
    if (!Page.Counters[R.Value])
      continue;
    Any = true;
    OS << std::setw(14) << Page.Counters[R.Value] << "  " << std::left
       << std::setw(20) << R.Name << std::right << "  " << R.Text << "\n";
  }
  if (!Any)
    OS << "  nothing happened yet\n";
  if (std::any_of(std::begin(Page.Cores), std::end(Page.Cores), usesCore)) {
    OS << "\n  core";
    for (const CoreColumn &C : coreColumns())
      OS << std::setw(12) << C.Name;
    OS << "\n";
    for (uint32_t Core = 0; Core < CRIT_STATS_CORES; ++Core) {
      if (!usesCore(Page.Cores[Core]))
        continue;
      OS << std::setw(6) << Core;
      for (const CoreColumn &C : coreColumns())
        OS << std::setw(12) << Page.Cores[Core].Count[C.Value];
      OS << "\n";
    }
  }
  if (!Sites.empty()) {
    OS << "\n         count  counter         last                 core  place\n";
    for (const SiteRow &R : Sites) {
      OS << std::setw(14) << R.Count << "  " << std::left << std::setw(14)
         << counterName(R.Counter) << std::right << "  " << std::setw(19)
         << time(R.Last) << std::setw(6) << R.Core << "  " << place(R);
      if (R.Bits)
        OS << " bits " << hex(R.Bits);
      OS << "\n";
    }
  }
  if (Page.SitesLost)
    OS << "  " << Page.SitesLost << " events at further places\n";
  std::string Bits;
  for (uint32_t I = 0; I < CRIT_STATS_BITS; ++I)
    if (Page.Bits[I])
      Bits += " " + std::to_string(I) + ":" + std::to_string(Page.Bits[I]);
  if (!Bits.empty())
    OS << "\n  bits that differed (bit:times)" << Bits << "\n";
}

void printJson(std::ostream &OS, const crit_stats_page &Page, const Source &S,
               const std::vector<SiteRow> &Sites) {
  using nlohmann::ordered_json;
  ordered_json J;
  J["version"] = 1;
  J["file"] = S.Shown;
  J["pid"] = Page.Pid;
  J["running"] = isRunning(Page.Pid);
  J["made"] = Page.Made;
  J["opened"] = Page.Opened;
  J["counters"] = ordered_json::object();
  for (const CounterRow &R : counterRows())
    J["counters"][R.Name] = Page.Counters[R.Value];
  J["cores"] = ordered_json::array();
  for (uint32_t Core = 0; Core < CRIT_STATS_CORES; ++Core) {
    if (!usesCore(Page.Cores[Core]))
      continue;
    ordered_json C;
    C["core"] = Core;
    for (const CoreColumn &Column : coreColumns())
      C[Column.Name] = Page.Cores[Core].Count[Column.Value];
    J["cores"].push_back(std::move(C));
  }
  J["sites"] = ordered_json::array();
  for (const SiteRow &R : Sites)
    J["sites"].push_back({{"counter", counterName(R.Counter)},
                          {"count", R.Count},
                          {"function", R.Function},
                          {"module", R.Module},
                          {"offset", hex(R.Offset)},
                          {"core", R.Core},
                          {"bits", hex(R.Bits)},
                          {"first", R.First},
                          {"last", R.Last}});
  J["sites_lost"] = Page.SitesLost;
  J["bits"] = Page.Bits;
  OS << J.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

static std::string label(const std::string &Value) {
  std::string Out = "\"";
  for (char C : Value) {
    if (C == '\\' || C == '"')
      Out += '\\';
    if (C == '\n')
      Out += "\\n";
    else
      Out += C;
  }
  return Out + '"';
}

static void head(std::ostream &OS, const std::string &Name,
                 const std::string &Text, bool Gauge) {
  OS << "# HELP " << Name << " " << Text << "\n# TYPE " << Name
     << (Gauge ? " gauge\n" : " counter\n");
}

static std::string metric(std::string Name, bool Gauge) {
  std::replace(Name.begin(), Name.end(), '-', '_');
  return "crit_" + Name + (Gauge ? "" : "_total");
}

void printPrometheus(std::ostream &OS, const crit_stats_page &Page,
                     const std::vector<SiteRow> &Sites) {
  for (const CounterRow &R : counterRows()) {
    std::string Name = metric(R.Name, R.Gauge);
    head(OS, Name, R.Text, R.Gauge);
    OS << Name << " " << Page.Counters[R.Value] << "\n";
  }
  for (const CoreColumn &C : coreColumns()) {
    std::string Name = metric(std::string("core-") + C.Name, false);
    head(OS, Name, C.Text, false);
    for (uint32_t Core = 0; Core < CRIT_STATS_CORES; ++Core)
      if (usesCore(Page.Cores[Core]))
        OS << Name << "{core=\"" << Core << "\"} "
           << Page.Cores[Core].Count[C.Value] << "\n";
  }
  head(OS, "crit_site_events_total", "events by place", false);
  for (const SiteRow &R : Sites)
    OS << "crit_site_events_total{counter=" << label(counterName(R.Counter))
       << ",function=" << label(R.Function) << ",module=" << label(R.Module)
       << ",offset=\"" << hex(R.Offset) << "\"} " << R.Count << "\n";
  head(OS, "crit_sites_lost_total", "events whose place found no room", false);
  OS << "crit_sites_lost_total " << Page.SitesLost << "\n";
  head(OS, "crit_bits_differed_total",
       "how often a bit (modulo 64) differed between the copies", false);
  for (uint32_t I = 0; I < CRIT_STATS_BITS; ++I)
    if (Page.Bits[I])
      OS << "crit_bits_differed_total{bit=\"" << I << "\"} " << Page.Bits[I]
         << "\n";
}

} // namespace crit::stat
