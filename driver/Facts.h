//===- Facts.h - what a clang command line asks for ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// First of the driver's three steps (facts, plan, exec). Facts are read once
// from the arguments; nothing is decided here and nothing is printed.
//===----------------------------------------------------------------------===//
#ifndef CRIT_DRIVER_FACTS_H
#define CRIT_DRIVER_FACTS_H

#include <string>
#include <vector>

namespace crit {

/// Last thing clang does; an earlier one wins over a later one.
enum class Phase { Print, Preprocess, Check, Assembly, Object, Link };

/// What the driver has to know about an input.
enum class InputClass { Code, Header, Assembly, Object };

struct Input {
  std::string Name;
  InputClass Class;
};

struct Facts {
  bool Cxx = false;          ///< called as ...++
  std::string TargetPrefix;  ///< triple from our own name, like clang's
  bool RawFrontend = false;  ///< -cc1, -cc1as, ...: not a driver command line
  bool ClMode = false;       ///< --driver-mode=cl and the like
  bool ShowCommands = false; ///< -###

  std::vector<std::string> CritArgs; ///< our options as the user wrote them
  /// The user's arguments without ours. Response files stay as they are
  /// unless one holds an option of ours.
  std::vector<std::string> UserArgs;
  /// The same, word by word: response files unpacked.
  std::vector<std::string> Words;
  /// Place in Words of a "--": only file names follow. Words.size() if none.
  size_t OptionsEnd = 0;

  std::vector<Input> Inputs;
  Phase Last = Phase::Link;
  bool PreprocessedText = false; ///< -E with text wanted, not only -M
  bool Lto = false;
  bool Shared = false;      ///< -shared: links a shared object
  bool Freestanding = false; ///< -ffreestanding
  bool NoLibc = false; ///< -nostdlib and the like, and no -lc
  bool Relocatable = false; ///< -r: what is linked will be linked again
  bool LinkerChosen = false; ///< there is a -fuse-ld= or --ld-path=
  std::string Linker;        ///< the last one's value
  std::string Target; ///< --target=, empty: the host's
  std::string Width;  ///< -m32, -mx32, -m16 when that is the last one

  /// Some input goes through clang's code generation or to IR.
  bool compiles() const;
  bool links() const;
  /// Some input can contain #include <crit/crit.h>.
  bool preprocesses() const;
};

/// \p Argv0 is the name we were called by, \p Args the rest.
Facts readFacts(const std::string &Argv0, const std::vector<std::string> &Args);

/// One "key: value" line per fact, for the tests.
std::string describe(const Facts &F);

} // namespace crit
#endif
