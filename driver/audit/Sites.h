//===- Sites.h - checks as they are in the code -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A check in machine code is a conditional jump to a stub
//
//     push $index;  jmp tail          tail: ... address of the record ...
//                                           jmp __crit_ilr_fail
//
// or one past it: "jcc on; jmp stub" or "jcc on" with the stub right behind.
// The search covers all code and starts from nothing the compiler wrote about
// itself, so that it can contradict the records.
//===----------------------------------------------------------------------===//
#ifndef CRIT_AUDIT_SITES_H
#define CRIT_AUDIT_SITES_H

#include "Disassembler.h"
#include "Records.h"

namespace crit::audit {

struct FoundSite {
  uint64_t Jump = 0; ///< address of the jump or stub that the check ends in
  int64_t Index = 0; ///< what the stub pushes
  /// General registers of a compare right before the jump.
  bool Compared = false;
  uint8_t A = 0, B = 0;
};

struct CodeSites {
  std::map<uint64_t, std::vector<FoundSite>> ByRecord; ///< record's address
  std::vector<uint64_t> FailPaths; ///< entries of the failure path
};

/// Finds every site. Starts: addresses where an instruction is known to begin.
CodeSites findSites(const Image &I, const Disassembler &D,
                    llvm::ArrayRef<uint64_t> Starts,
                    llvm::ArrayRef<Record> Records);

/// True if the failure path starts at Address.
bool isFailPath(const Image &I, uint64_t Address);

/// One line for every way in which R and the code disagree.
std::vector<std::string> compareSites(const Record &R,
                                      llvm::ArrayRef<FoundSite> Found);

} // namespace crit::audit

#endif
