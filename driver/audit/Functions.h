//===- Functions.h - every function of an image -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_AUDIT_FUNCTIONS_H
#define CRIT_AUDIT_FUNCTIONS_H

#include "Frames.h"
#include "Records.h"

namespace crit::audit {

class Disassembler;

struct Function {
  enum Class : uint8_t {
    Recorded, ///< Crit compiled it; Rec says how
    Plain,    ///< no record: another compiler, assembly, crit's driver bypassed
    StartUp,  ///< C start-up code, PLT: no compiler flag reaches it
    FailPath, ///< Crit's own
  };
  uint64_t Address = 0;
  uint64_t Size = 0;
  std::string Name;
  Class Kind = Plain;
  const Record *Rec = nullptr;

  uint64_t end() const { return Address + Size; }
};

/// Every function by address, without overlap: from symbols, else unwind
/// tables, else records; then what code is left between them under names like
/// "<code at 0x1234>". Padding belongs to none. A cold part split off a
/// recorded function shares its record. Records must outlive the result; one
/// whose code is not in the image is reported.
llvm::Expected<std::vector<Function>>
findFunctions(const Image &I, const Disassembler &D,
              llvm::ArrayRef<Record> Records);

/// Code of Crit's own runtime library: no part of the program.
bool isRuntime(const Image &I, uint64_t Address);

} // namespace crit::audit

#endif
