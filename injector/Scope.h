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
  std::string Functions; // extended regular expression, whole name
  bool HardenedOnly = false;
  std::string FunctionsOf; // ELF file: the functions hardened there
};

class Scope {
public:
  Scope(const TargetImage &Image, const Decoder &Dec,
        const ScopeOptions &Options);

  /// The instruction at an address as in the file, or null when out of scope.
  const Instruction *at(uint64_t Addr);
  /// The same without regard to scope; null if there is no code.
  const Instruction *decode(uint64_t Addr);

  /// Address of the block counter in programs built with -fcrit-inject, else 0.
  uint64_t counter() const { return Counter; }
  /// A counter site (pass/BlockCounterPass.h) begins at Addr.
  bool isCounterSite(uint64_t Addr) const;
  /// movq counter+8(%rip), %rcx: the end of a site that keeps the flags.
  bool isCounterRestore(uint64_t Addr) const;
  size_t numFunctions() const { return NumFunctions; }
  uint64_t numBytes() const { return NumBytes; }

private:
  void admit(uint64_t Lo, uint64_t Hi);

  const TargetImage &Image;
  const Decoder &Dec;
  uint64_t Lo = 0;
  std::vector<uint8_t> Code; // from Lo
  std::vector<bool> InScope; // by byte of Code
  std::vector<int32_t> Slot; // Unknown, NoCode or index into Decoded
  std::vector<std::unique_ptr<Instruction>> Decoded;
  size_t NumFunctions = 0;
  uint64_t NumBytes = 0;
  uint64_t Counter = 0;
};

} // namespace crit::inject
#endif
