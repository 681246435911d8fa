//===- Campaign.h - settings and results of a campaign ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_CAMPAIGN_H
#define CRIT_INJECT_CAMPAIGN_H

#include "FaultModel.h"
#include "Outcome.h"
#include "Scope.h"
#include "permanent/UnitFaults.h"

#include <array>
#include <functional>
#include <string>
#include <vector>

namespace crit::inject {

enum class InjectMode : uint8_t { Reference, Fast, Rewritten, Live };
const char *modeName(InjectMode M);

/// For a server under traffic.
struct LiveOptions {
  std::string Service;     // see live/Service.h
  double ReplySeconds = 0.5; // see live/Liveness.h
  uint64_t Spread = 1000;  // see live/LiveRunner.h
  uint64_t MaxLife = 200;  // masked faults of one server
};

struct CampaignOptions {
  InjectMode Mode = InjectMode::Reference;
  std::vector<std::string> Args; // program and its arguments
  std::vector<std::string> ExtraEnv;
  std::string StdinPath = "/dev/null";
  ScopeOptions Scope;
  Model FaultModel = Model::Operand;
  PermanentOptions Permanent;
  LiveOptions Live;
  std::string Segments = "data,heap,stack"; // of Model::Memory
  uint64_t NumFaults = 1000;
  uint64_t Seed = 1;
  unsigned Jobs = 2;
  double HangFactor = 20;   // times the golden run's CPU time
  double HangMinimum = 0.5; // seconds of CPU time
};

/// Which part of a campaign to run here, and when enough is known.
struct CampaignPart {
  unsigned Shard = 0; // this one of Shards takes fault ids = Shard mod Shards
  unsigned Shards = 1;
  double Margin = 0; // stop when the 95 % interval of the SDC share is
                     // narrower than +-Margin (a share); 0: never
};

/// One injected fault; all that is needed to read about it and to redo it.
struct FaultRecord {
  uint64_t Id = 0;      // 0 .. NumFaults-1
  uint64_t Instant = 0; // number of the eligible instruction in the run
  uint64_t PC = 0;      // address as in the file
  std::string Where;    // function+offset
  std::string Function;
  std::string Bytes;
  std::string Text;
  std::string Opcode;
  std::string Class;
  std::string Register; // as accessed, or whole register
  std::string RegKind;
  std::string Access; // read, write, none
  bool IsAddress = false;
  unsigned Bit = 0;
  unsigned Width = 0;
  uint64_t Old = 0;
  uint64_t New = 0;
  Outcome Result = Outcome::Masked;
  int ExitCode = 0;
  int Signal = 0;
  std::string Event; // first line of Crit's report, if any
};

struct GoldenRun {
  RunEnd End;
  double CpuSeconds = 0;
  double WallSeconds = 0; // not stored
};

/// Dynamic instructions of the golden run.
struct Exposure {
  uint64_t Eligible = 0; // in scope and possible for the fault model
  uint64_t InScope = 0;
  uint64_t Stepped = 0; // all, with libraries, from the entry point on
};

struct CampaignResult {
  GoldenRun Golden;
  Exposure Counts;
  size_t NumFunctions = 0;
  std::vector<FaultRecord> Faults; // by Id
  bool Complete = true;            // false: interrupted
};

using Tally = std::array<uint64_t, NumOutcomes>;

/// Told about progress; Total may be 0 when it is not known yet.
struct Progress {
  const char *Phase = "";
  uint64_t Done = 0;
  uint64_t Total = 0;
  Tally Counts{};
};

/// How a long operation talks to its caller.
struct Hooks {
  std::function<void(const Progress &)> Report;
  std::function<bool()> Interrupted; // true: stop soon, keep what is there

  void report(const Progress &P) const {
    if (Report)
      Report(P);
  }
  bool interrupted() const { return Interrupted && Interrupted(); }
};

/// Runs the program twice and natively. Throws InputError when the two differ.
GoldenRun runGolden(const CampaignOptions &Options);

} // namespace crit::inject
#endif
