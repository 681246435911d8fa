//===- DeltaPass.h - encoded second copy as a pass -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_DELTA_ENCODING_DELTAPASS_H
#define CRIT_DELTA_ENCODING_DELTAPASS_H

namespace llvm {
class MachineFunctionPass;
}

namespace crit {
struct Recovery;

/// On machine SSA, after the last pass that merges equal computations: runs the
/// shadow-stream engine with an encoded codec on functions of mode delta. R is
/// for those whose mismatches are repaired.
llvm::MachineFunctionPass *createDeltaPass(const Recovery &R);

} // namespace crit
#endif
