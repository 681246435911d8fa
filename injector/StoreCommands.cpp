//===- StoreCommands.cpp - replay, merge, show, compare -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Commands.h"

#include "Compare.h"
#include "ProgressLine.h"
#include "Report.h"
#include "Runner.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sys/wait.h>
#include <unistd.h>

namespace crit::inject {

FaultName parseFaultName(const std::string &Text,
                         const std::vector<int64_t> &Campaigns) {
  auto Number = [&](const std::string &S) -> uint64_t {
    if (S.empty() || S.find_first_not_of("0123456789") != std::string::npos ||
        S.size() > 18)
      throw InputError("'" + Text +
                       "' is no fault id; give CAMPAIGN.ID, or ID "
                       "when the store has one campaign");
    return std::stoull(S);
  };
  size_t Dot = Text.find('.');
  if (Dot != std::string::npos)
    return {int64_t(Number(Text.substr(0, Dot))), Number(Text.substr(Dot + 1))};
  if (Campaigns.size() != 1)
    throw InputError("the store has " + std::to_string(Campaigns.size()) +
                     " campaigns; give CAMPAIGN.ID");
  return {Campaigns[0], Number(Text)};
}

/// "store" or "store:3".
static std::pair<std::string, int64_t> parseStoreName(const std::string &Name) {
  size_t Colon = Name.rfind(':');
  if (Colon == std::string::npos || Colon + 1 == Name.size() ||
      Name.size() - Colon > 18 ||
      Name.find_first_not_of("0123456789", Colon + 1) != std::string::npos)
    return {Name, 0};
  return {Name.substr(0, Colon), std::stoll(Name.substr(Colon + 1))};
}

namespace {

class ReplayCommand : public Command {
public:
  explicit ReplayCommand(CLI::App &Parent) {
    App = Parent.add_subcommand("replay", "Repeat one stored fault");
    App->add_option("store", StorePath, "store")->required();
    App->add_option("fault", Fault, "fault: ID, or CAMPAIGN.ID")->required();
    App->add_flag("--stop-at-fault", Stop,
                  "stop the program right after the flip and open gdb on it");
  }
  int run() override;

private:
  int debug(Store &Db, const FaultName &F);
  std::string StorePath, Fault;
  bool Stop = false;
};

int ReplayCommand::debug(Store &Db, const FaultName &F) {
  StoppedAtFault S = stopAtFault(Db, F.Campaign, F.Id);
  std::cerr << "stopped right after the flip, process " << S.Pid << ":\n"
            << describeRecord(S.Fault) << "\n";
  std::string Pid = std::to_string(S.Pid);
  pid_t Gdb = fork();
  if (Gdb == 0) {
    // It waits in the stop we left it in: "continue" must not end at that.
    execlp("gdb", "gdb", "-q", "-p", Pid.c_str(), "-ex",
           "handle SIGSTOP nostop noprint nopass", nullptr);
    std::cerr << "crit-inject: gdb cannot be started (apt-get install gdb)\n";
    _exit(127);
  }
  int Status = 0;
  waitpid(Gdb, &Status, 0);
  kill(S.Pid, SIGKILL);
  return WIFEXITED(Status) && WEXITSTATUS(Status) != 127 ? 0 : 1;
}

int ReplayCommand::run() {
  Store Db(StorePath, /*MustExist=*/true);
  FaultName F = parseFaultName(Fault, Db.campaigns());
  if (Stop)
    return debug(Db, F);
  catchInterrupts();
  ProgressLine Line(true);
  ReplayResult R =
      replayFault(Db, F.Campaign, F.Id,
                  {[&](const Progress &P) { Line.update(P); }, interrupted});
  Line.finish();
  std::cout << "recorded: " << describeRecord(R.Recorded) << "\n"
            << "replayed: " << describeRecord(R.Now) << "\n"
            << (R.Same ? "same\n" : "DIFFERENT\n");
  return R.Same ? 0 : 1;
}

class MergeCommand : public Command {
public:
  explicit MergeCommand(CLI::App &Parent) {
    App = Parent.add_subcommand(
        "merge", "Bring the results of several stores (shards) together");
    App->add_option("into", Into, "store to write, created if missing")
        ->required();
    App->add_option("from", From, "stores to take from")->required();
  }
  int run() override {
    for (const std::string &F : From)
      Store(F, /*MustExist=*/true);
    Store Db(Into, /*MustExist=*/false);
    for (const std::string &F : From) {
      Store::MergeCounts C = Db.merge(F);
      std::cout << F << ": " << C.Added << " faults added, " << C.Present
                << " already there\n";
    }
    return 0;
  }

private:
  std::string Into;
  std::vector<std::string> From;
};

class ShowCommand : public Command {
public:
  explicit ShowCommand(CLI::App &Parent) {
    App = Parent.add_subcommand("show", "Print the campaigns of a store");
    App->add_option("store", StorePath, "store")->required();
    App->add_flag("--list-sdc", ListSdc, "list every silent corruption");
    App->add_option("--json", JsonPath,
                    "write all results to this file (one campaign only)");
    App->add_option("--campaign", Number, "only this one");
  }
  int run() override {
    Store Db(StorePath, /*MustExist=*/true);
    std::vector<int64_t> All = Db.campaigns();
    if (Number)
      All = {Number};
    if (!JsonPath.empty() && All.size() != 1)
      throw InputError("--json writes one campaign; choose it with --campaign");
    for (int64_t N : All) {
      StoredCampaign C = Db.load(N, /*WithFaults=*/true);
      std::cout << (N == All[0] ? "" : "\n") << "campaign " << N << ": "
                << textReport(C.Options, C.Result);
      if (ListSdc)
        std::cout << "\n" << listSDCs(C.Result);
      if (!JsonPath.empty()) {
        std::ofstream Out(JsonPath, std::ios::trunc);
        Out << jsonReport(C.Options, C.Result);
        if (!Out.flush())
          throw InputError(JsonPath + ": cannot be written");
      }
    }
    return 0;
  }

private:
  std::string StorePath, JsonPath;
  int64_t Number = 0;
  bool ListSdc = false;
};

class ReportCommand : public Command {
public:
  explicit ReportCommand(CLI::App &Parent) {
    App = Parent.add_subcommand(
        "report", "Write the results of stores to files to look at");
    App->add_option("--html", HtmlPath, "one page with charts and tables");
    App->add_option("--json", JsonPath, "all results of one campaign");
    App->add_option("--csv", CsvPath, "one line per fault of one campaign");
    App->add_option("stores", Names, "stores, or store:CAMPAIGN")->required();
  }
  int run() override {
    if (HtmlPath.empty() && JsonPath.empty() && CsvPath.empty())
      throw InputError("nothing to write: give --html, --json or --csv");
    std::vector<ReportedCampaign> All;
    for (const std::string &Name : Names) {
      auto [Path, Number] = parseStoreName(Name);
      Store Db(Path, /*MustExist=*/true);
      for (int64_t N : Number ? std::vector<int64_t>{Number} : Db.campaigns()) {
        StoredCampaign C = Db.load(N, /*WithFaults=*/true);
        All.push_back(
            {N, Path, C.Directory, C.Options, std::move(C.Result)});
      }
    }
    if (All.empty())
      throw InputError("the stores have no campaign");
    if (All.size() > 1 && !(JsonPath.empty() && CsvPath.empty()))
      throw InputError("--json and --csv write one campaign; choose it with "
                       "STORE:NUMBER");
    if (!HtmlPath.empty())
      writeFile(HtmlPath, htmlReport(All));
    if (!JsonPath.empty())
      writeFile(JsonPath, jsonReport(All[0].Options, All[0].Result));
    if (!CsvPath.empty())
      writeFile(CsvPath, csvReport(All[0].Result));
    return 0;
  }

private:
  std::vector<std::string> Names;
  std::string HtmlPath, JsonPath, CsvPath;
};

class CompareCommand : public Command {
public:
  explicit CompareCommand(CLI::App &Parent) {
    App = Parent.add_subcommand(
        "compare", "Compare the campaigns of two builds, also by exposure");
    App->add_option("plain", Plain, "store, or store:CAMPAIGN")->required();
    App->add_option("hardened", Hardened, "store, or store:CAMPAIGN")
        ->required();
  }
  int run() override {
    std::cout << compareReport(loadOne(Plain), loadOne(Hardened));
    return 0;
  }

private:
  static StoredCampaign loadOne(const std::string &Name) {
    auto [Path, Number] = parseStoreName(Name);
    Store Db(Path, /*MustExist=*/true);
    std::vector<int64_t> All = Db.campaigns();
    if (!Number && All.size() != 1)
      throw InputError(Path + ": has " + std::to_string(All.size()) +
                       " campaigns; choose one with " + Path +
                       ":NUMBER (see "
                       "crit-inject show)");
    return Db.load(Number ? Number : All[0], /*WithFaults=*/true);
  }
  std::string Plain, Hardened;
};

} // namespace

namespace {
class FaultsCommand : public Command {
public:
  explicit FaultsCommand(CLI::App &Parent) {
    App = Parent.add_subcommand("faults",
                                "List the permanent and design faults there "
                                "are");
  }
  int run() override {
    std::cout << unitFaultHelp();
    return 0;
  }
};
} // namespace

std::vector<std::unique_ptr<Command>> makeCommands(CLI::App &Parent) {
  std::vector<std::unique_ptr<Command>> V;
  V.push_back(makeRunCommand(Parent));
  V.push_back(makeServeCommand(Parent));
  V.push_back(std::make_unique<ReplayCommand>(Parent));
  V.push_back(std::make_unique<ShowCommand>(Parent));
  V.push_back(std::make_unique<MergeCommand>(Parent));
  V.push_back(std::make_unique<CompareCommand>(Parent));
  V.push_back(std::make_unique<ReportCommand>(Parent));
  V.push_back(std::make_unique<FaultsCommand>(Parent));
  return V;
}

} // namespace crit::inject
