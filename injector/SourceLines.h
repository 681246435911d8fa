//===- SourceLines.h - which source line an address is ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_SOURCELINES_H
#define CRIT_INJECT_SOURCELINES_H

#include <cstdint>
#include <memory>
#include <string>

namespace crit::inject {

/// Debug information of a program; empty answers when it has none.
class SourceLines {
public:
  explicit SourceLines(const std::string &Program);
  ~SourceLines();
  /// "file.c:12", or "".
  std::string at(uint64_t Address) const;

private:
  struct Impl;
  std::unique_ptr<Impl> P;
};

} // namespace crit::inject
#endif
