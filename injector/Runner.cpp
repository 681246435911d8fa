//===- Runner.cpp - a whole campaign, from settings to results ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Runner.h"

#include "Engine.h"
#include "Statistics.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>
#include <sys/ptrace.h>
#include <unistd.h>

namespace crit::inject {

/// Faults of the first round when a margin is to be reached. Rounds double.
/// A round is complete before it is looked at: within a round the early
/// instants come first, and stopping there would sample only those.
constexpr uint64_t FirstRound = 500;

namespace {

/// Everything an engine needs, in order of construction.
struct Target {
  TargetImage Image;
  Decoder Dec;
  Scope Code;
  explicit Target(const CampaignOptions &O)
      : Image(O.Args[0]), Code(Image, Dec, O.Scope) {}
};

} // namespace

static bool narrowEnough(const std::map<uint64_t, FaultRecord> &Faults,
                         double Margin) {
  uint64_t Sdc = 0;
  for (const auto &F : Faults)
    Sdc += F.second.Result == Outcome::SDC;
  Interval W = wilson(Sdc, Faults.size());
  return (W.High - W.Low) / 2 <= Margin;
}

CampaignResult runCampaign(const CampaignOptions &O, const CampaignPart &Part,
                           Store *Db, const Hooks &H) {
  Target T(O);
  CampaignResult R;
  R.NumFunctions = T.Code.numFunctions();
  R.Golden = runGolden(O);
  StoredCampaign C;
  std::map<uint64_t, FaultRecord> Faults;
  bool Counted = false;
  if (Db) {
    C.Key = campaignKey(O);
    if (auto Number = Db->find(C.Key)) {
      C = Db->load(*Number, /*WithFaults=*/true);
      if (C.Result.Golden.End.Stdout != R.Golden.End.Stdout ||
          C.Result.Golden.End.ExitCode != R.Golden.End.ExitCode)
        throw InputError(O.Args[0] +
                         ": its output without a fault is not that of the "
                         "stored campaign; did its input files change?");
      C.Result.Golden.WallSeconds = R.Golden.WallSeconds;
      R.Golden = C.Result.Golden;
      R.Counts = C.Result.Counts;
      Counted = true;
      for (FaultRecord &F : C.Result.Faults)
        Faults.emplace(F.Id, std::move(F));
    }
  }
  std::unique_ptr<Engine> Eng = makeEngine(O, T.Image, T.Code, R.Golden);
  if (!Counted) {
    R.Counts = Eng->count(H);
    if (Db) {
      C.Options = O;
      C.Directory = std::filesystem::current_path().string();
      C.Result = R;
      C.Number = Db->add(C);
    }
  }

  uint64_t End = 0;
  while (End < O.NumFaults && R.Complete) {
    uint64_t Begin = End;
    End = Part.Margin > 0
              ? std::min(O.NumFaults, End == 0 ? FirstRound : 2 * End)
              : O.NumFaults;
    std::vector<Engine::Planned> Plan;
    for (uint64_t Id = Begin; Id < End; ++Id)
      if (Id % Part.Shards == Part.Shard && !Faults.count(Id))
        Plan.push_back({Id, drawInstant(O.Seed, Id, R.Counts.Eligible, 0)});
    R.Complete = Eng->inject(
        std::move(Plan), R.Counts,
        [&](FaultRecord &&F) {
          if (Db)
            Db->addFault(C.Number, F);
          Faults.emplace(F.Id, std::move(F));
        },
        H);
    if (Db)
      Db->flush();
    if (Part.Margin > 0 && R.Complete && narrowEnough(Faults, Part.Margin))
      break;
  }
  for (auto &F : Faults)
    R.Faults.push_back(std::move(F.second));
  return R;
}

static StoredCampaign loadForReplay(Store &Db, int64_t Campaign) {
  StoredCampaign C = Db.load(Campaign, /*WithFaults=*/false);
  if (C.Options.Mode == InjectMode::Live)
    throw InputError("faults in a live server cannot be repeated: the moment "
                     "is not the same again; the record says which "
                     "instruction, register and bit it was");
  std::error_code EC;
  std::filesystem::current_path(C.Directory, EC);
  if (EC)
    throw InputError("the campaign ran in " + C.Directory +
                     ", which cannot be entered: " + EC.message());
  if (campaignKey(C.Options) != C.Key)
    throw InputError(C.Options.Args[0] +
                     ": is not the program of the campaign any more (it, its "
                     "input, LD_LIBRARY_PATH or CRIT_OPTIONS changed)");
  return C;
}

ReplayResult replayFault(Store &Db, int64_t Campaign, uint64_t Id,
                         const Hooks &H) {
  StoredCampaign C = loadForReplay(Db, Campaign);
  ReplayResult R;
  R.Recorded = Db.loadFault(Campaign, Id);
  Target T(C.Options);
  GoldenRun Golden = runGolden(C.Options);
  std::unique_ptr<Engine> Eng = makeEngine(C.Options, T.Image, T.Code, Golden);
  if (!Eng->inject(
          {{Id, R.Recorded.Instant}}, C.Result.Counts,
          [&](FaultRecord &&F) { R.Now = std::move(F); }, H))
    throw InputError("interrupted");
  const FaultRecord &A = R.Recorded, &B = R.Now;
  R.Same = A.PC == B.PC && A.Register == B.Register && A.Bit == B.Bit &&
           A.Old == B.Old && A.New == B.New && A.Result == B.Result &&
           A.ExitCode == B.ExitCode && A.Signal == B.Signal;
  return R;
}

StoppedAtFault stopAtFault(Store &Db, int64_t Campaign, uint64_t Id) {
  StoredCampaign C = loadForReplay(Db, Campaign);
  FaultRecord Recorded = Db.loadFault(Campaign, Id);
  Target T(C.Options);
  GoldenRun Golden = runGolden(C.Options);
  std::unique_ptr<Engine> Eng = makeEngine(C.Options, T.Image, T.Code, Golden);
  StoppedAtFault S;
  MemFile Out("out"), Err("err");
  Process P = Eng->stopAt({Id, Recorded.Instant}, Out, Err, S.Fault);
  S.Pid = P.pid();
  if (ptrace(PTRACE_DETACH, S.Pid, nullptr, SIGSTOP) != 0)
    throw std::runtime_error("the stopped program cannot be released");
  return S;
}

} // namespace crit::inject
