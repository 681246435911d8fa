//===- Outcome.cpp - what became of a faulty run --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Outcome.h"

#include <csignal>
#include <cstring>
#include <sstream>

namespace crit::inject {

static const char *const Names[NumOutcomes] = {
    "masked", "corrected", "detected", "crash", "hang", "sdc", "error"};
constexpr int FailStopCode = 86;

const char *outcomeName(Outcome O) { return Names[static_cast<int>(O)]; }

std::optional<Outcome> parseOutcome(const std::string &Name) {
  for (unsigned I = 0; I < NumOutcomes; ++I)
    if (Name == Names[I])
      return static_cast<Outcome>(I);
  return std::nullopt;
}

/// The report of a failed check ("crit: ilr: mismatch ..."). Other lines with
/// the prefix are about options and the like.
static bool isReport(const std::string &Line) {
  return Line.compare(0, 6, "crit: ") == 0 &&
         Line.find(": mismatch ") != std::string::npos;
}

/// Processor and process ids differ from run to run; records must not.
static std::string withoutIds(const std::string &Line) {
  std::string Out;
  std::istringstream S(Line);
  for (std::string Word; S >> Word;) {
    bool IsId = false;
    for (const char *Prefix : {"core=", "pid=", "tid="})
      IsId |= Word.compare(0, std::strlen(Prefix), Prefix) == 0;
    if (!IsId)
      Out += (Out.empty() ? "" : " ") + Word;
    else if (Word.back() == ';' && !Out.empty())
      Out += ';';
  }
  return Out;
}

CritEvents findEvents(const std::string &Stderr) {
  CritEvents E;
  std::istringstream S(Stderr);
  for (std::string Line; std::getline(S, Line);) {
    if (!isReport(Line))
      continue;
    bool Recovery = Line.find("corrected") != std::string::npos ||
                    Line.find("recovered") != std::string::npos;
    (Recovery ? E.Corrected : E.Stopped) = true;
    if (E.First.empty())
      E.First = withoutIds(Line);
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
