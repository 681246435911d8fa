//===- Scope.h - which instructions may be hit -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Selects code of the program itself by function: all in its symbol table, the
// functions that match an expression, those with a Crit record, or those that
// are hardened in another build (to compare like with like). Start-up code,
// PLT and Crit's own failure path (__crit_*) are never in scope. A stripped
// program is taken whole.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_SCOPE_H
#define CRIT_INJECT_SCOPE_H

#include "Decoder.h"
#include "TargetImage.h"

#include <string>
#include <vector>

namespace crit::inject {

struct ScopeOptions {
  std::string Functions;   // extended regular expression, whole name
  bool HardenedOnly = false;
  std::string FunctionsOf; // ELF file: the functions hardened there
};

class Scope {
public:
  Scope(const TargetImage &Image, const Decoder &Dec,
        const ScopeOptions &Options);

  /// The instruction at an address as in the file, or null when out of scope.
  const Instruction *at(uint64_t Addr);
  size_t numFunctions() const { return NumFunctions; }
  uint64_t numBytes() const { return NumBytes; }

private:
  void admit(uint64_t Lo, uint64_t Hi);

  const TargetImage &Image;
  const Decoder &Dec;
  uint64_t Lo = 0;
  std::vector<uint8_t> Code;  // from Lo
  std::vector<int32_t> Slot;  // Unknown, OutOfScope or index into Decoded
  std::vector<std::unique_ptr<Instruction>> Decoded;
  size_t NumFunctions = 0;
  uint64_t NumBytes = 0;
};

} // namespace crit::inject
#endif
