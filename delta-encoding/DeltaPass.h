//===- DeltaPass.h - encoded second copy as a pass -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_DELTA_ENCODING_DELTAPASS_H
#define CRIT_DELTA_ENCODING_DELTAPASS_H

namespace llvm {
class MachineFunctionPass;
}

namespace crit {

/// On machine SSA, after the last pass that merges equal computations: runs the
/// shadow-stream engine with the complement codec on functions of mode delta.
llvm::MachineFunctionPass *createDeltaPass();

} // namespace crit
#endif
