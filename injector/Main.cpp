//===- Main.cpp - crit-inject command line --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exit codes: 0 the campaign ran, 1 it could not, 2 bad usage.
//===----------------------------------------------------------------------===//
#include "Decoder.h"
#include "ProgressLine.h"
#include "ReferenceEngine.h"
#include "Report.h"
#include "Statistics.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

using namespace crit::inject;

namespace {

struct RunOptions {
  CampaignOptions Campaign;
  std::string ModelName = "operand";
  std::string JsonPath;
  bool Reference = false;
  bool ListSdc = false;
  bool Quiet = false;
};

void addRun(CLI::App &App, RunOptions &O) {
  CLI::App *Run = App.add_subcommand(
      "run", "Run a campaign: inject faults into a program and count what "
             "becomes of them");
  Run->add_flag("--reference", O.Reference,
                "step through an unmodified program (any x86-64 ELF)");
  Run->add_option("--model", O.ModelName, "fault model: " + modelNames())
      ->capture_default_str();
  Run->add_option("-n,--n", O.Campaign.NumFaults, "number of faults")
      ->capture_default_str();
  Run->add_option("--seed", O.Campaign.Seed, "seed of all random choices")
      ->capture_default_str();
  Run->add_option("-j,--jobs", O.Campaign.Jobs, "faulty copies at a time")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  Run->add_option("--funcs", O.Campaign.Scope.Functions,
                  "only functions whose whole name matches this extended "
                  "regular expression");
  Run->add_flag("--hardened-only", O.Campaign.Scope.HardenedOnly,
                "only functions with a Crit record (section crit_funcs)");
  Run->add_option("--funcs-of", O.Campaign.Scope.FunctionsOf,
                  "only the functions that are hardened in this other build "
                  "of the program");
  Run->add_option("--stdin", O.Campaign.StdinPath, "standard input of the runs")
      ->capture_default_str();
  Run->add_option("--env", O.Campaign.ExtraEnv,
                  "NAME=VALUE for the runs, repeatable (their environment is "
                  "fixed, only PATH, HOME, LD_LIBRARY_PATH and CRIT_OPTIONS "
                  "are kept)");
  Run->add_option("--hang-factor", O.Campaign.HangFactor,
                  "CPU time limit, times that of the run without a fault")
      ->capture_default_str();
  Run->add_option("--hang-min", O.Campaign.HangMinimum,
                  "least CPU time limit in seconds")
      ->capture_default_str();
  Run->add_flag("--list-sdc", O.ListSdc, "list every silent corruption");
  Run->add_option("--json", O.JsonPath, "write all results to this file");
  Run->add_flag("-q,--quiet", O.Quiet, "no progress");
  Run->add_option("program", O.Campaign.Args, "-- PROGRAM ARGS...")
      ->required();
  Run->positionals_at_end();
}

int runCampaign(RunOptions &O) {
  CampaignOptions &C = O.Campaign;
  auto M = parseModel(O.ModelName);
  if (!M)
    throw InputError("--model " + O.ModelName + ": unknown; one of " +
                     modelNames());
  C.FaultModel = *M;
  if (!O.Reference)
    throw InputError("choose a mode: --reference");
  // As a shell would: names without a slash are looked up in PATH.
  C.Args[0] = findProgram(C.Args[0]);
  if (!O.JsonPath.empty() && !std::ofstream(O.JsonPath, std::ios::app))
    throw InputError(O.JsonPath + ": cannot be written");

  TargetImage Image(C.Args[0]);
  Decoder Dec;
  Scope Code(Image, Dec, C.Scope);
  if (Image.isStatic() && !C.Scope.HardenedOnly && C.Scope.Functions.empty() &&
      C.Scope.FunctionsOf.empty())
    std::cerr << "crit-inject: note: static program, its C library is in scope "
                 "too; choose functions with --funcs\n";
  CampaignResult R;
  R.NumFunctions = Code.numFunctions();
  R.Golden = runGolden(C);
  ProgressLine Line(!O.Quiet);
  auto Report = [&](const Progress &P) { Line.update(P); };
  ReferenceEngine Engine(C, Image, Code, R.Golden);
  R.Counts = Engine.count(Report);
  std::vector<ReferenceEngine::Planned> Plan;
  for (uint64_t Id = 0; Id < C.NumFaults; ++Id)
    Plan.push_back({Id, drawInstant(C.Seed, Id, R.Counts.Eligible)});
  R.Faults.resize(C.NumFaults);
  Engine.inject(
      Plan, R.Counts,
      [&](FaultRecord &&F) { R.Faults[F.Id] = std::move(F); }, Report);
  Line.finish();

  std::cout << textReport(C, R);
  if (O.ListSdc)
    std::cout << "\n" << listSDCs(R);
  if (!O.JsonPath.empty()) {
    std::ofstream Out(O.JsonPath, std::ios::trunc);
    Out << jsonReport(C, R);
    if (!Out.flush())
      throw InputError(O.JsonPath + ": cannot be written");
  }
  return 0;
}

} // namespace

int main(int Argc, char **Argv) {
  CLI::App App("Fault-injection campaigns on x86-64 Linux programs",
               "crit-inject");
  App.require_subcommand(1);
  RunOptions Run;
  addRun(App, Run);
  try {
    App.parse(Argc, Argv);
  } catch (const CLI::ParseError &E) {
    return App.exit(E) == 0 ? 0 : 2;
  }
  try {
    return runCampaign(Run);
  } catch (const std::exception &E) {
    std::cerr << "crit-inject: error: " << E.what() << "\n";
    return 1;
  }
}
