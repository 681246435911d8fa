//===- Names.h - from a place in a file to a function ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// crit-audit's reader of ELF files and records does the work.
//===----------------------------------------------------------------------===//
#ifndef CRIT_STAT_NAMES_H
#define CRIT_STAT_NAMES_H

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace crit::stat {

class Names {
public:
  Names();
  ~Names();
  /// Readable name of the function \p Offset bytes behind the start of \p File;
  /// "" if the file or the function cannot be found.
  std::string functionAt(const std::string &File, uint64_t Offset);

private:
  struct Module;
  std::map<std::string, std::unique_ptr<Module>> Modules;
};

/// Whether \p File holds functions compiled with Crit.
bool hasRecords(const std::string &File);

} // namespace crit::stat
#endif
