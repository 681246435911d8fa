//===- ServeCommand.cpp - crit-inject serve -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CampaignCommand.h"

#include "ProgressLine.h"
#include "live/LiveRunner.h"
#include "live/Service.h"

#include <iostream>

namespace crit::inject {

namespace {

class ServeCommand : public CampaignCommand {
public:
  explicit ServeCommand(CLI::App &Parent) {
    App = Parent.add_subcommand(
        "serve", "Inject faults into a server while it answers verified "
                 "requests: crit-inject serve -- ./memcached");
    App->add_option("--service", Campaign.Live.Service,
                    "what it is: " + serviceNames() +
                        "; without, its file name tells");
    addCommonOptions();
    App->add_option("--reply-timeout", Campaign.Live.ReplySeconds,
                    "a hang is no reply while the server uses this many seconds of "
                    "processor time, or it and its clients sleep for as long")
        ->check(CLI::Range(0.1, 600.0))
        ->capture_default_str();
    App->add_option("--spread", Campaign.Live.Spread,
                    "0: a fault strikes in the moment itself, and only when "
                    "that is in the code in scope; else a random number of "
                    "instructions in scope later, below this (slower, and "
                    "even when it is more than a request takes)")
        ->check(CLI::Range(0, 1000000))
        ->capture_default_str();
    App->add_option("--fresh", Campaign.Live.MaxLife,
                    "masked faults a server may have had before it is "
                    "replaced")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    App->add_option("program", Campaign.Args,
                    "-- SERVER, and arguments besides those that make it "
                    "listen")
        ->required();
    App->positionals_at_end();
  }
  int run() override;
};

int ServeCommand::run() {
  CampaignOptions &C = Campaign;
  prepare();
  C.Mode = InjectMode::Live;
  std::string File = C.Args[0].substr(C.Args[0].rfind('/') + 1);
  for (const char *Name : {"memcached", "redis"})
    if (C.Live.Service.empty() && File.find(Name) != std::string::npos)
      C.Live.Service = Name;
  if (!findService(C.Live.Service))
    throw InputError((C.Live.Service.empty() ? File : C.Live.Service) +
                     ": no known service; choose with --service " +
                     serviceNames());
  if (C.FaultModel == Model::Permanent)
    throw InputError("--model permanent: only for programs that end, with "
                     "crit-inject run");
  CampaignPart Part = part();
  TargetImage Image(C.Args[0]);
  noteScope(Image);
  return finish([&](Store *Db, const Hooks &H) {
    return runLive(C, Part, Db, H);
  });
}

} // namespace

std::unique_ptr<Command> makeServeCommand(CLI::App &Parent) {
  return std::make_unique<ServeCommand>(Parent);
}

} // namespace crit::inject
