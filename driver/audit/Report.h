//===- Report.h - audit reports for people and programs ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_AUDIT_REPORT_H
#define CRIT_AUDIT_REPORT_H

#include "Audit.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace crit::audit {

/// Sums over one file, or several.
struct Totals {
  uint64_t ByMode[4] = {};  ///< functions with a record, by crit_mode
  uint64_t Plain = 0;       ///< functions without
  uint64_t StartUp = 0;     ///< not counted anywhere else
  uint64_t OwnHardened = 0; ///< functions of Crit's runtime with a record
  uint64_t CodeBytes = 0;   ///< of functions with a record and plain ones
  uint64_t ProtectedBytes = 0;
  uint64_t Replicated = 0, Once = 0, Unprotected = 0; ///< instructions
  uint64_t ChecksRecorded = 0, ChecksFound = 0;
  uint64_t ChecksRepaired = 0; ///< recorded, computed again when they fail
  std::map<unsigned, uint64_t> Checks;  ///< recorded, by crit_check_kind
  std::map<unsigned, uint64_t> Reasons; ///< instructions, by crit_reason

  uint64_t Bounds = 0, BoundsStrict = 0; ///< functions with checked bounds
  uint64_t BoundsChecks = 0, BoundsUnchecked = 0; ///< in them

  explicit Totals(const FileReport &R);
  Totals() = default;
  void add(const Totals &T);

  uint64_t functions() const {
    return ByMode[0] + ByMode[1] + ByMode[2] + ByMode[3] + Plain;
  }
  uint64_t protectedFunctions() const { return functions() - ByMode[0] - Plain; }
};

/// The table; Functions adds a line for every function.
void printText(llvm::raw_ostream &OS, const FileReport &R, bool Functions);
void printTotals(llvm::raw_ostream &OS, llvm::StringRef Title, const Totals &T);

/// An object as docs/crit-audit.md describes it.
void printJson(llvm::json::OStream &J, const FileReport &R, bool Functions);

} // namespace crit::audit

#endif
