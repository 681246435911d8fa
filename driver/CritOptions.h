//===- CritOptions.h - the -fcrit options ----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads what the user wrote against passes/Options.def. Grammar of -fsanitize=:
// lists add up from left to right, for each name the last mention wins.
//===----------------------------------------------------------------------===//
#ifndef CRIT_DRIVER_CRITOPTIONS_H
#define CRIT_DRIVER_CRITOPTIONS_H

#include <string>
#include <vector>

namespace crit {

enum class Technique {
#define CRIT_TECHNIQUE(ENUM, NAME, AVAILABLE, RUNTIME, TEXT) ENUM,
#include "Options.def"
};

/// What --crit-... asks the driver itself.
enum class Request {
  None,
  Help,
  Markdown, ///< --crit-help=markdown, the source of docs/options.md
  Version,
  Fingerprint,
  PrintConfig,
  PrintFacts, ///< for the tests
};

/// An archive that linked programs need.
struct RuntimeArchive {
  std::string Name;     ///< "crit_rt" is libcrit_rt.a
  bool Whole = false;   ///< all of it, not only what is referred to
  bool ExeOnly = false; ///< not into shared objects
};

struct Options {
  std::vector<Technique> Techniques; ///< in table order; empty: plain clang
  /// Plugin options to set ("crit-loads=twice"), in table order.
  std::vector<std::string> PluginOptions;
  std::vector<std::string> PolicyFiles; ///< files the code depends on
  std::vector<RuntimeArchive> Runtimes; ///< in link order
  std::string Clang;                    ///< --crit-clang=
  Request Ask = Request::None;
};

/// Techniques used when the user names none, without those in \p Unfit.
std::vector<Technique>
defaultTechniques(const std::vector<Technique> &Unfit = {});

/// False with one message in \p Error (no prefix, no newline).
bool parseCritOptions(const std::vector<std::string> &Args,
                      const std::vector<Technique> &Unfit, Options &O,
                      std::string &Error);

std::string listTechniques(const std::vector<Technique> &Set);

/// An unknown CRIT_* variable is an error: a mistyped one would silently do
/// nothing. False with a message.
bool checkEnvironment(char **Env, std::string &Error);

} // namespace crit
#endif
