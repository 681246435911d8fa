//===- IlrPasses.h - instruction-level redundancy as two passes -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_HAFT_ILR_ILRPASSES_H
#define CRIT_HAFT_ILR_ILRPASSES_H

#include <memory>

namespace llvm {
class MachineFunctionPass;
}

namespace crit {
class Lifetimes;

/// On machine SSA, after the last pass that merges equal computations: runs
/// the shadow-stream engine with the identity codec on functions of mode ilr.
llvm::MachineFunctionPass *createIlrPass(std::shared_ptr<Lifetimes> L);

/// Behind register allocation: no register keeps its value on the way to a landing.
llvm::MachineFunctionPass *createLandingPass();

/// On final machine code: audits the checks, turns them into code, writes the
/// record of every function that carries a decision.
llvm::MachineFunctionPass *createEmitPass();

} // namespace crit
#endif
