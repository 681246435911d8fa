//===- Record.h - the record a hardened function leaves --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Collects what crit/records.h describes and writes it as assembly text: only
// in assembly can the record name labels inside the function, in a section that
// lives and dies with it (COMDAT groups, --gc-sections).
//===----------------------------------------------------------------------===//
#ifndef CRIT_PASSES_RECORD_H
#define CRIT_PASSES_RECORD_H

#include "ShadowStream.h"
#include "crit/records.h"
#include <string>
#include <vector>

namespace llvm {
class DebugLoc;
class Function;
class MachineFunction;
} // namespace llvm

namespace crit {

class FunctionRecord {
public:
  crit_mode Mode = CRIT_MODE_NONE;
  StreamStats Stats;

  unsigned addSite(crit_check_kind K, const llvm::DebugLoc &DL, unsigned Master,
                   unsigned Shadow, unsigned Log2Width, bool Repaired);
  /// The record, and with WithEntry before it the code that enters the failure
  /// path with the record's address.
  std::string assembly(const llvm::MachineFunction &MF, bool WithEntry) const;
  /// Sites made so far.
  size_t sites() const { return Sites.size(); }

private:
  std::vector<crit_site> Sites;
  std::vector<std::string> Files;
};

/// Assembly that begins a read-only section which lives as long as MF's code.
std::string pushSection(const llvm::MachineFunction &MF, llvm::StringRef Name);

/// Carries StreamStats from the engine to the record through the back end.
void storeStats(llvm::Function &F, const StreamStats &S);
StreamStats loadStats(const llvm::Function &F);

} // namespace crit
#endif
