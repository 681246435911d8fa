//===- CampaignCommand.cpp - what run and serve share ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CampaignCommand.h"

#include "MemoryFault.h"
#include "ProgressLine.h"
#include "Report.h"

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>

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

void CampaignCommand::addCommonOptions() {
  auto &C = Campaign;
  App->add_option("--model", ModelName, "fault model: " + modelNames())
        ->capture_default_str();
  App->add_option("-n,--n", C.NumFaults, "number of faults")
        ->capture_default_str();
  App->add_option("--seed", C.Seed, "seed of all random choices")
        ->capture_default_str();
  App->add_option("--funcs", C.Scope.Functions,
                    "only functions whose whole name matches this extended "
                    "regular expression");
  App->add_flag("--hardened-only", C.Scope.HardenedOnly,
                  "only functions with a Crit record (section crit_funcs)");
  App->add_option("--funcs-of", C.Scope.FunctionsOf,
                    "only functions that are hardened in this other build of "
                    "the program");
  App->add_option("--env", C.ExtraEnv,
                    "NAME=VALUE for the runs, repeatable (their environment "
                    "is fixed; only LD_LIBRARY_PATH and CRIT_OPTIONS are "
                    "kept)")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
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
  App->add_flag("--list-sdc", ListSdc, "list every silent corruption");
  App->add_option("--json", JsonPath, "write all results to this file");
  App->add_option("--csv", CsvPath, "write one line per fault to this file");
  App->add_option("--html", HtmlPath,
                    "write a report to look at to this file");
  App->add_flag("-q,--quiet", Quiet, "no progress");
}

CampaignPart CampaignCommand::part() const {
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

void CampaignCommand::prepare() {
  CampaignOptions &C = Campaign;
  auto M = parseModel(ModelName);
  if (!M)
    throw InputError("--model " + ModelName + ": unknown; one of " +
                     modelNames());
  C.FaultModel = *M;
  checkSegments(C.Segments);
  // As a shell would: names without a slash are looked up in PATH.
  C.Args[0] = findProgram(C.Args[0]);
  for (const std::string &Path : {JsonPath, CsvPath, HtmlPath})
    if (!Path.empty() && !std::ofstream(Path, std::ios::app))
      throw InputError(Path + ": cannot be written");
}

void CampaignCommand::noteScope(const TargetImage &Image) const {
  const ScopeOptions &S = Campaign.Scope;
  if (Image.isStatic() && !S.HardenedOnly && S.Functions.empty() &&
      S.FunctionsOf.empty())
    std::cerr << "crit-inject: note: static program, its C library is in scope "
                 "too; choose functions with --funcs\n";
  if (Image.isStripped())
    std::cerr << "crit-inject: note: stripped program; results have addresses "
                 "instead of function names\n";
}

int CampaignCommand::finish(
    const std::function<CampaignResult(Store *, const Hooks &)> &Run) {
  const CampaignOptions &C = Campaign;
  std::unique_ptr<Store> Db;
  if (!StorePath.empty())
    Db = std::make_unique<Store>(StorePath, /*MustExist=*/false);
  catchInterrupts();
  ProgressLine Line(!Quiet);
  Hooks H{[&](const Progress &P) { Line.update(P); }, interrupted};
  CampaignResult R = Run(Db.get(), H);
  Line.finish();

  std::cout << textReport(C, R);
  if (ListSdc)
    std::cout << "\n" << listSDCs(R);
  if (!JsonPath.empty())
    writeFile(JsonPath, jsonReport(C, R));
  if (!CsvPath.empty())
    writeFile(CsvPath, csvReport(R));
  if (!HtmlPath.empty())
    writeFile(HtmlPath, htmlReport({{0, StorePath, "", C, R}}));
  if (R.Complete)
    return 0;
  std::cerr << "crit-inject: interrupted: early instructions come first, so "
               "these shares are not those of the whole run; "
            << (Db ? "the same command continues\n"
                   : "with --store FILE it could be continued\n");
  return 130;
}

} // namespace crit::inject
