//===- Records.h - what the compiler wrote about its functions --*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_AUDIT_RECORDS_H
#define CRIT_AUDIT_RECORDS_H

#include "Image.h"
#include "crit/records.h"

namespace crit::audit {

struct Site {
  uint32_t Line = 0;
  uint8_t File = 255;
  uint8_t Kind = 0;
  uint8_t Master = CRIT_REG_NONE;
  uint8_t Shadow = CRIT_REG_NONE;
  bool Repaired = false; ///< computed again instead of stopped
};

/// One crit_func_record (crit/records.h has the meaning of the fields).
struct Record {
  uint64_t Address = 0; ///< of the record
  uint64_t Code = 0;    ///< of a byte in the function
  std::string Name;
  uint8_t Mode = CRIT_MODE_NONE;
  uint32_t Replicated = 0, Once = 0, Unprotected = 0;
  std::vector<Site> Sites;
  std::vector<std::pair<uint32_t, uint32_t>> Reasons; ///< reason, count
  std::vector<std::string> Files;
};

/// All records of the image, by address. An error says what is wrong with
/// which byte of the section; none at all is not an error.
llvm::Expected<std::vector<Record>> readRecords(const Image &I);

llvm::StringRef modeName(unsigned Mode);     ///< "ilr", "?" if unknown
llvm::StringRef checkName(unsigned Kind);    ///< from checks.def
llvm::StringRef reasonName(unsigned Reason); ///< from reasons.def
llvm::StringRef reasonText(unsigned Reason);

} // namespace crit::audit

#endif
