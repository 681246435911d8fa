//===- Audit.h - what a file is protected by --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_AUDIT_AUDIT_H
#define CRIT_AUDIT_AUDIT_H

#include "Functions.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/MemoryBuffer.h"

namespace crit::audit {

/// Everything known about one ELF file or archive member.
struct FileReport {
  std::string Name;              ///< "path" or "path(member)"
  std::unique_ptr<llvm::MemoryBuffer> Copy; ///< of an unaligned member
  std::unique_ptr<Image> Code;   ///< what the rest points into
  std::vector<Record> Records;
  std::vector<Function> Functions;
  std::vector<unsigned> SitesOf; ///< checks found in the code, by record
  std::vector<std::string> Mismatches; ///< record and code disagree
  std::vector<const Function *> Missing; ///< what --require asks for
};

/// What must be protected.
struct Requirement {
  uint32_t Modes = 0; ///< set of 1 << crit_mode; 0: nothing is required
  std::vector<llvm::GlobPattern> Allowed; ///< names, mangled or not
};

/// Audits the file in \p Buffer, a whole ELF file or an archive of them, and
/// hands each report to \p Consume, which must not keep it longer than the
/// buffer. Members of an archive that are not ELF are errors.
llvm::Error auditBuffer(llvm::MemoryBufferRef Buffer, const Requirement &R,
                        llvm::function_ref<void(FileReport &&)> Consume);

} // namespace crit::audit

#endif
