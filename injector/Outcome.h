//===- Outcome.h - what became of a faulty run -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_OUTCOME_H
#define CRIT_INJECT_OUTCOME_H

#include <cstdint>
#include <optional>
#include <string>

namespace crit::inject {

enum class Outcome : uint8_t {
  Masked,    // same output and exit status
  Corrected, // same, and Crit reported a recovery
  Detected,  // Crit stopped the program and said so
  Crash,     // killed by a signal
  Hang,      // ran over its limit
  SDC,       // silent data corruption: wrong output or exit status
  Error,     // servers: an error reply or a closed connection, but it lives
};
constexpr unsigned NumOutcomes = 7;

const char *outcomeName(Outcome O);
std::optional<Outcome> parseOutcome(const std::string &Name);

/// How a run ended and what it wrote.
struct RunEnd {
  bool Exited = false;
  int ExitCode = 0;
  int Signal = 0; // when not Exited
  bool OverLimit = false;
  std::string Stdout;
  std::string Stderr;
};

/// What Crit's runtime reported in a run, from its own event lines
/// ("crit: ilr: mismatch ..."), never from the exit code alone.
struct CritEvents {
  bool Stopped = false;
  bool Corrected = false;
  std::string First; // the first report, without core and process ids
};
CritEvents findEvents(const std::string &Stderr);

Outcome classify(const RunEnd &Golden, const RunEnd &Run);

} // namespace crit::inject
#endif
