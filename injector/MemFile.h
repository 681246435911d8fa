//===- MemFile.h - output caught in memory ---------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_MEMFILE_H
#define CRIT_INJECT_MEMFILE_H

#include <string>

namespace crit::inject {

/// A memfd. Each faulty copy writes to its own: copies share file offsets with
/// their parent, and would otherwise write into each other's output.
class MemFile {
public:
  explicit MemFile(const char *Name, bool Inheritable = false);
  ~MemFile();
  MemFile(MemFile &&O) noexcept : Fd(O.Fd) { O.Fd = -1; }
  MemFile(const MemFile &) = delete;
  MemFile &operator=(const MemFile &) = delete;

  int fd() const { return Fd; }
  std::string contents() const;
  /// Makes contents and file offset those of Other.
  void copyFrom(const MemFile &Other);

private:
  int Fd;
};

} // namespace crit::inject
#endif
