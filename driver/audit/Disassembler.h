//===- Disassembler.h - x86-64 instructions as the audit sees them -*- C++ -*-//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_AUDIT_DISASSEMBLER_H
#define CRIT_AUDIT_DISASSEMBLER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <memory>

namespace crit::audit {

struct Instruction {
  enum Type : uint8_t {
    Other,
    Invalid,         ///< Size 1
    Padding,         ///< nop, int3
    ConditionalJump, ///< to Target
    Jump,            ///< to Target
    PushImmediate,   ///< of Target
    Compare,         ///< of the whole or part of general registers A and B
    EndOfCode,       ///< return, indirect jump, ud2
  };
  Type Kind = Other;
  uint8_t A = 0, B = 0; ///< numbers as crit_site.Master
  uint32_t Size = 1;
  uint64_t Target = 0;
  /// Addresses and numbers the instruction carries: rip-relative operands
  /// resolved, other displacements and immediates as they are.
  llvm::SmallVector<uint64_t, 2> Constants;
};

class Disassembler {
public:
  static llvm::Expected<std::unique_ptr<Disassembler>> create();
  ~Disassembler();

  /// Decodes what Bytes start with, which must not be empty.
  Instruction decode(llvm::ArrayRef<uint8_t> Bytes, uint64_t Address) const;

private:
  struct Impl;
  explicit Disassembler(std::unique_ptr<Impl> P);
  std::unique_ptr<Impl> P;
};

} // namespace crit::audit

#endif
