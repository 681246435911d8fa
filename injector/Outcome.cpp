//===- Outcome.cpp - what became of a faulty run --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Outcome.h"

#include <csignal>

namespace crit::inject {

static const char *const Names[NumOutcomes] = {"masked", "corrected",
                                               "detected", "crash", "hang",
                                               "sdc"};
constexpr int FailStopCode = 86;

const char *outcomeName(Outcome O) { return Names[static_cast<int>(O)]; }

std::optional<Outcome> parseOutcome(const std::string &Name) {
  for (unsigned I = 0; I < NumOutcomes; ++I)
    if (Name == Names[I])
      return static_cast<Outcome>(I);
  return std::nullopt;
}

CritEvents findEvents(const std::string &Stderr) {
  CritEvents E;
  for (size_t At = 0; At < Stderr.size();) {
    size_t End = Stderr.find('\n', At);
    if (End == std::string::npos)
      End = Stderr.size();
    std::string Line = Stderr.substr(At, End - At);
    At = End + 1;
    if (Line.compare(0, 6, "crit: ") != 0)
      continue;
    bool Recovery = Line.find("corrected") != std::string::npos ||
                    Line.find("recovered") != std::string::npos;
    (Recovery ? E.Corrected : E.Stopped) = true;
  }
  return E;
}

Outcome classify(const RunEnd &Golden, const RunEnd &Run) {
  if (Run.OverLimit)
    return Outcome::Hang;
  CritEvents E = findEvents(Run.Stderr);
  if (!Run.Exited) {
    // A copy that writes without end is stopped by the file size limit.
    if (Run.Signal == SIGXFSZ || Run.Signal == SIGXCPU)
      return Outcome::Hang;
    // on_stop=abort: the record is the evidence, not the signal.
    if (Run.Signal == SIGABRT && E.Stopped)
      return Outcome::Detected;
    return Outcome::Crash;
  }
  if (Run.ExitCode == FailStopCode && Golden.ExitCode != FailStopCode &&
      E.Stopped)
    return Outcome::Detected;
  if (Run.ExitCode == Golden.ExitCode && Run.Stdout == Golden.Stdout)
    return E.Corrected ? Outcome::Corrected : Outcome::Masked;
  return Outcome::SDC;
}

} // namespace crit::inject
