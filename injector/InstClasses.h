//===- InstClasses.h - facts MC does not have, by opcode name --*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// EFLAGS is one register to LLVM, and scalar SSE operands are 128 bit wide to
// it. What is really read and written is derived here from opcode names.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_INSTCLASSES_H
#define CRIT_INJECT_INSTCLASSES_H

#include "Decoder.h"

#include "llvm/ADT/StringRef.h"

namespace crit::inject {

struct ClassFacts {
  bool CondBranch, Branch, Call, Return, Load, Store;
};

InstClass classify(llvm::StringRef Opcode, const ClassFacts &F);

/// Opcode carries a condition code as its last operand (jcc, setcc, cmovcc).
bool usesCondCode(llvm::StringRef Opcode);
/// Status flags read; CC is the condition code or ~0u.
uint32_t flagsRead(llvm::StringRef Opcode, uint32_t CC);
uint32_t flagsWritten(llvm::StringRef Opcode);

/// Bits of a vector register that a scalar instruction touches; FullWidth when
/// it is not scalar.
unsigned scalarWidth(llvm::StringRef Opcode, bool IsDef, unsigned FullWidth);
/// Bits of a mask register in use (8, 16, 32 or 64).
unsigned maskWidth(llvm::StringRef Opcode);

/// Target of a conditional branch (jcc, jrcxz, loop), 0 for all else.
uint64_t branchTarget(uint64_t PC, const uint8_t *Bytes, unsigned Length,
                      InstClass Class);

/// A rep, repe or repne string instruction.
bool isRepString(const uint8_t *Bytes, unsigned Length);

} // namespace crit::inject
#endif
