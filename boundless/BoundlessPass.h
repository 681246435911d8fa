//===- BoundlessPass.h - tolerate out-of-bounds accesses -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   before                     after
//     v = load p                 off = p - base(root)
//                                off > size(root) - N ?
//                                  |            \ (cold)
//                                  |             p2 = runtime(p, root, size, site)
//                                  v = load phi(p, p2)
//
// base and size come from the address of the root, the value p was computed
// from (runtime/Abi.h). The runtime answers with a place where the access hurts
// nobody. Stores that fail are made by the runtime; pointers that leave the
// function out of bounds get an address of their own there (escape), and are
// turned back where they are compared (decode). Arrays on the stack whose
// address leaves the function move to low-fat stacks (StackObjects).
//
// Low-fat bounds: Duck and Yap, CC'16, doi 10.1145/2892208.2892212, and
// NDSS'17, doi 10.14722/ndss.2017.23287. Out-of-bounds bytes kept aside:
// Rinard et al., ACSAC'04, doi 10.1109/CSAC.2004.2; Boundless: Bruenink,
// Suesskraut, Fetzer, DSN'11, doi 10.1109/DSN.2011.5958203.
//===----------------------------------------------------------------------===//
#ifndef CRIT_BOUNDLESS_BOUNDLESSPASS_H
#define CRIT_BOUNDLESS_BOUNDLESSPASS_H

#include "llvm/IR/PassManager.h"

namespace crit {

/// Runs once per function, on those that FunctionPolicy chose.
class BoundlessPass : public llvm::PassInfoMixin<BoundlessPass> {
public:
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace crit
#endif
