//===- RunCommand.cpp - crit-inject run -----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CampaignCommand.h"

#include "Runner.h"

namespace crit::inject {

namespace {

class RunCommand : public CampaignCommand {
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
    addCommonOptions();
    App->add_option("-j,--jobs", C.Jobs, "faulty copies at a time")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    App->add_option("--stdin", C.StdinPath, "standard input of the runs")
        ->capture_default_str();
    App->add_option("--hang-factor", C.HangFactor,
                    "limit of a faulty run, times the CPU time (and in fast "
                    "mode the instructions) of the run without a fault")
        ->capture_default_str();
    App->add_option("--hang-min", C.HangMinimum,
                    "least CPU time limit in seconds")
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
    App->add_option("program", C.Args, "-- PROGRAM ARGS...")->required();
    App->positionals_at_end();
  }
  int run() override;

private:
  CLI::Option *Probability = nullptr;
  bool Reference = false, Fast = false;
};

} // namespace

int RunCommand::run() {
  CampaignOptions &C = Campaign;
  prepare();
  C.Permanent.ProbabilityForAll = Probability->count() != 0;
  CampaignPart Part = part();
  TargetImage Image(C.Args[0]);
  if (C.FaultModel == Model::Permanent)
    C.Mode = InjectMode::Rewritten;
  else if (Fast || (!Reference && Image.counter()))
    C.Mode = InjectMode::Fast;
  noteScope(Image);
  return finish([&](Store *Db, const Hooks &H) {
    return runCampaign(C, Part, Db, H);
  });
}

std::unique_ptr<Command> makeRunCommand(CLI::App &Parent) {
  return std::make_unique<RunCommand>(Parent);
}

} // namespace crit::inject
