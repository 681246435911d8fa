//===- TargetImage.h - the ELF file under test -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads an x86-64 ELF executable: executable sections, function symbols, and
// the functions Crit has hardened (section "crit_funcs", crit/records.h).
// Errors are exceptions of type InputError with a message for the user.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_TARGETIMAGE_H
#define CRIT_INJECT_TARGETIMAGE_H

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace crit::inject {

/// The user can do something about it: print the message and stop.
struct InputError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct CodeSection {
  std::string Name;
  uint64_t Addr;
  std::vector<uint8_t> Bytes;
};

struct Function {
  std::string Name;
  uint64_t Addr;
  uint64_t Size;
  bool Hardened = false;
};

class TargetImage {
public:
  explicit TargetImage(const std::string &Path);

  const std::string &path() const { return Path; }
  bool isPIE() const { return PIE; }
  bool isStatic() const { return Static; }
  /// No symbol table: functions() has exported ones at most.
  bool isStripped() const { return Stripped; }
  bool hasRecords() const { return NumRecords != 0; }
  uint64_t entry() const { return Entry; }
  const std::vector<CodeSection> &code() const { return Code; }
  /// Sorted by address.
  const std::vector<Function> &functions() const { return Functions; }
  /// Address of the counter of -fcrit-inject, 0 without.
  uint64_t counter() const { return Counter; }
  /// Function that covers Addr (addresses as in the file), or null.
  const Function *functionAt(uint64_t Addr) const;
  /// "name+0x12", or "0x1234" without symbols.
  std::string describe(uint64_t Addr) const;

private:
  void readRecords(const std::vector<uint8_t> &Data, uint64_t Addr);

  std::string Path;
  bool PIE = false;
  bool Static = false;
  bool Stripped = false;
  uint64_t Entry = 0;
  uint64_t Counter = 0;
  size_t NumRecords = 0;
  std::vector<CodeSection> Code;
  std::vector<Function> Functions;
};

} // namespace crit::inject
#endif
