//===- Inlining.h - what is inlined into hardened functions ----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LLVM weighs calls as plain code has them. A call in hardened code costs more:
// each argument and result is compared and copied, and both copies of what
// lives across it want a register that the callee saves; haft ends a region. So
// hardened functions without checked bounds inline callees of up to twice the
// size.
//===----------------------------------------------------------------------===//
#ifndef CRIT_PASSES_INLINING_H
#define CRIT_PASSES_INLINING_H

namespace llvm {
class PassBuilder;
}

namespace crit {

void registerInlineAdvisor(llvm::PassBuilder &PB);

} // namespace crit
#endif
