//===- DisjointLoops.h - arrays found apart when a loop begins -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_ILR_DISJOINTLOOPS_H
#define CRIT_ILR_DISJOINTLOOPS_H

#include "llvm/IR/PassManager.h"

namespace crit {

/// Versions loops of haft functions whose stores need an undo log only because
/// nobody knows whether two arrays overlap.
class DisjointLoopsPass : public llvm::PassInfoMixin<DisjointLoopsPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
  static bool isRequired() { return true; }
};

} // namespace crit
#endif
