//===- RunCommand.cpp - crit-inject run -----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Commands.h"

#include "MemoryFault.h"
#include "ProgressLine.h"
#include "Report.h"
#include "Runner.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <unistd.h>

namespace crit::inject {

static volatile sig_atomic_t InterruptFlag = 0;

void catchInterrupts() {
  struct sigaction Action {};
  Action.sa_handler = [](int) { InterruptFlag = 1; };
  Action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &Action, nullptr);
  sigaction(SIGTERM, &Action, nullptr);
}

bool interrupted() { return InterruptFlag != 0; }

namespace {

class RunCommand : public Command {
public:
  explicit RunCommand(CLI::App &Parent) {
    App = Parent.add_subcommand(
        "run", "Inject faults into a program and count what becomes of them");
    auto &C = Campaign;
    App->add_flag("--reference", Reference,
                  "step through the program (any x86-64 ELF); the default for "
                  "programs without counters");
    App->add_flag("--fast", Fast,
                  "use the counters of a program built with crit-clang "
                  "-fcrit-inject; the default for those")
        ->excludes("--reference");
    App->add_option("--model", ModelName, "fault model: " + modelNames())
        ->capture_default_str();
    App->add_option("-n,--n", C.NumFaults, "number of faults")
        ->capture_default_str();
    App->add_option("--seed", C.Seed, "seed of all random choices")
        ->capture_default_str();
    App->add_option("-j,--jobs", C.Jobs, "faulty copies at a time")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    App->add_option("--funcs", C.Scope.Functions,
                    "only functions whose whole name matches this extended "
                    "regular expression");
    App->add_flag("--hardened-only", C.Scope.HardenedOnly,
                  "only functions with a Crit record (section crit_funcs)");
    App->add_option("--funcs-of", C.Scope.FunctionsOf,
                    "only functions that are hardened in this other build of "
                    "the program");
    App->add_option("--stdin", C.StdinPath, "standard input of the runs")
        ->capture_default_str();
    App->add_option("--env", C.ExtraEnv,
                    "NAME=VALUE for the runs, repeatable (their environment "
                    "is fixed; only LD_LIBRARY_PATH and CRIT_OPTIONS are "
                    "kept)")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    App->add_option("--hang-factor", C.HangFactor,
                    "limit of a faulty run, times the CPU time (and in fast "
                    "mode the instructions) of the run without a fault")
        ->capture_default_str();
    App->add_option("--hang-min", C.HangMinimum,
                    "least CPU time limit in seconds")
        ->capture_default_str();
    App->add_option("--store", StorePath,
                    "keep results in this SQLite file; the same command again "
                    "continues an unfinished campaign");
    App->add_option("--shard", ShardText,
                    "I/N: only this part of the campaign (1/4 ... 4/4)");
    App->add_option("--margin", MarginPercent,
                    "stop once the silent-corruption share is known to within "
                    "this many percentage points (95 %)")
        ->check(CLI::Range(0.001, 50.0));
    App->add_option("--segments", C.Segments,
                    "for --model memory: comma list of data, heap, stack, "
                    "anon, libs")
        ->capture_default_str();
    const char *Permanent = "Permanent and design faults (--model permanent; "
                            "crit-inject faults lists units and kinds)";
    App->add_option("--unit", C.Permanent.Units, "only these units, repeatable")
        ->delimiter(',')
        ->group(Permanent);
    App->add_option("--kind", C.Permanent.Kinds, "only these kinds, repeatable")
        ->delimiter(',')
        ->group(Permanent);
    Probability = App->add_option("--probability", C.Permanent.Probability,
                                  "probability that a fault strikes an "
                                  "execution; without it 0.05 for kind "
                                  "intermittent, 1 for all others")
                      ->check(CLI::Range(1e-9, 1.0))
                      ->group(Permanent);
    App->add_option("--window", C.Permanent.Window,
                    "the fault lasts this many executions of its unit, from a "
                    "random one on; 0: always")
        ->group(Permanent);
    App->add_option("--thread", C.Permanent.Thread,
                    "only in the thread that was this one-th to execute "
                    "rewritten code, from 0; -1: in all")
        ->group(Permanent);
    App->add_option("--core", C.Permanent.Core,
                    "only while running on this processor; -1: on all")
        ->group(Permanent);
    App->add_flag("--list-sdc", ListSdc, "list every silent corruption");
    App->add_option("--json", JsonPath, "write all results to this file");
    App->add_flag("-q,--quiet", Quiet, "no progress");
    App->add_option("program", C.Args, "-- PROGRAM ARGS...")->required();
    App->positionals_at_end();
  }
  int run() override;

private:
  CampaignPart part() const;

  CampaignOptions Campaign;
  std::string ModelName = "operand", JsonPath, StorePath, ShardText;
  double MarginPercent = 0;
  CLI::Option *Probability = nullptr;
  bool Reference = false, Fast = false, ListSdc = false, Quiet = false;
};

} // namespace

CampaignPart RunCommand::part() const {
  CampaignPart P;
  P.Margin = MarginPercent / 100;
  if (ShardText.empty())
    return P;
  unsigned I = 0, N = 0;
  char Rest;
  if (std::sscanf(ShardText.c_str(), "%u/%u%c", &I, &N, &Rest) != 2 || I < 1 ||
      I > N)
    throw InputError("--shard " + ShardText + ": must be I/N with 1 <= I <= N");
  if (StorePath.empty())
    throw InputError("--shard needs --store, to merge the parts afterwards");
  if (MarginPercent > 0)
    throw InputError("--margin looks at the whole campaign and cannot be "
                     "combined with --shard");
  P.Shard = I - 1;
  P.Shards = N;
  return P;
}

int RunCommand::run() {
  CampaignOptions &C = Campaign;
  auto M = parseModel(ModelName);
  if (!M)
    throw InputError("--model " + ModelName + ": unknown; one of " +
                     modelNames());
  C.FaultModel = *M;
  checkSegments(C.Segments);
  C.Permanent.ProbabilityForAll = Probability->count() != 0;
  CampaignPart Part = part();
  // As a shell would: names without a slash are looked up in PATH.
  C.Args[0] = findProgram(C.Args[0]);
  if (!JsonPath.empty() && !std::ofstream(JsonPath, std::ios::app))
    throw InputError(JsonPath + ": cannot be written");
  TargetImage Image(C.Args[0]);
  if (C.FaultModel == Model::Permanent)
    C.Mode = InjectMode::Rewritten;
  else if (Fast || (!Reference && Image.counter()))
    C.Mode = InjectMode::Fast;
  if (Image.isStatic() && !C.Scope.HardenedOnly && C.Scope.Functions.empty() &&
      C.Scope.FunctionsOf.empty())
    std::cerr << "crit-inject: note: static program, its C library is in scope "
                 "too; choose functions with --funcs\n";
  if (Image.isStripped())
    std::cerr << "crit-inject: note: stripped program; results have addresses "
                 "instead of function names\n";

  std::unique_ptr<Store> Db;
  if (!StorePath.empty())
    Db = std::make_unique<Store>(StorePath, /*MustExist=*/false);
  catchInterrupts();
  ProgressLine Line(!Quiet);
  Hooks H{[&](const Progress &P) { Line.update(P); }, interrupted};
  CampaignResult R = runCampaign(C, Part, Db.get(), H);
  Line.finish();

  std::cout << textReport(C, R);
  if (ListSdc)
    std::cout << "\n" << listSDCs(R);
  if (!JsonPath.empty()) {
    std::ofstream Out(JsonPath, std::ios::trunc);
    Out << jsonReport(C, R);
    if (!Out.flush())
      throw InputError(JsonPath + ": cannot be written");
  }
  if (R.Complete)
    return 0;
  std::cerr << "crit-inject: interrupted: early instructions come first, so "
               "these shares are not those of the whole run; "
            << (Db ? "the same command continues\n"
                   : "with --store FILE it could be continued\n");
  return 130;
}

std::unique_ptr<Command> makeRunCommand(CLI::App &Parent) {
  return std::make_unique<RunCommand>(Parent);
}

} // namespace crit::inject
