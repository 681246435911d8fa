//===- main.cpp - crit-stat: what Crit did in a running program -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exit status: 0; 1 if the counters cannot be read; 2 wrong usage.
//===----------------------------------------------------------------------===//
#include "Output.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <thread>
#include <unistd.h>

using namespace crit::stat;

namespace {
struct Arguments {
  std::string Target;
  bool Json = false, Prometheus = false;
  double Watch = 0;
};
} // namespace

static Source findSource(const std::string &Target) {
  bool Number = !Target.empty() && Target.size() < 10 &&
                std::all_of(Target.begin(), Target.end(),
                            [](char C) { return C >= '0' && C <= '9'; });
  if (Number)
    return findByPid(std::stoi(Target));
  Source S;
  S.File = S.Shown = Target;
  return S;
}

static void show(const Arguments &A, const Source &S, Names &N) {
  std::unique_ptr<crit_stats_page> Page = readPage(S);
  std::vector<SiteRow> Sites = siteRows(*Page, S, N);
  if (A.Json)
    printJson(std::cout, *Page, S, Sites);
  else if (A.Prometheus)
    printPrometheus(std::cout, *Page, Sites);
  else
    printTable(std::cout, *Page, S, Sites);
  if (!std::cout.flush())
    throw std::runtime_error("cannot write the counters");
}

static void run(const Arguments &A) {
  Source S = findSource(A.Target);
  Names N;
  for (;;) {
    if (A.Watch > 0 && !A.Json && !A.Prometheus && isatty(1))
      std::cout << "\033[H\033[J";
    show(A, S, N);
    if (A.Watch <= 0 || (S.Pid && !isRunning(S.Pid)))
      return;
    std::this_thread::sleep_for(std::chrono::duration<double>(A.Watch));
    if (!A.Json)
      std::cout << "\n";
    // By /proc the page is gone with the process.
    if (S.Pid && !isRunning(S.Pid))
      return;
  }
}

int main(int Argc, char **Argv) {
  Arguments A;
  CLI::App App("What Crit did in a program that runs or ran with "
               "CRIT_OPTIONS=stats=PATH",
               "crit-stat");
  App.add_option("PID|FILE", A.Target,
                 "process, or stats file (./123 for a file called 123)")
      ->required();
  auto *Json = App.add_flag("--json", A.Json, "one JSON object a line");
  App.add_flag("--prometheus", A.Prometheus, "Prometheus' text format")
      ->excludes(Json);
  App.add_option("--watch", A.Watch,
                 "again every so many seconds, until the process ends")
      ->check(CLI::PositiveNumber)
      ->type_name("SECONDS");
  try {
    App.parse(Argc, Argv);
  } catch (const CLI::ParseError &E) {
    return App.exit(E) == 0 ? 0 : 2;
  }
  try {
    run(A);
    return 0;
  } catch (const std::exception &E) {
    std::cerr << "crit-stat: error: " << E.what() << "\n";
    return 1;
  }
}
