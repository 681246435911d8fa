//===- TailCalls.h - callers that keep their frame --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_HAFT_ILR_TAILCALLS_H
#define CRIT_HAFT_ILR_TAILCALLS_H

#include "llvm/Analysis/TargetLibraryInfo.h"

namespace llvm {
class Module;
} // namespace llvm

namespace crit {

/// Calls of M's functions that recover, before their return, which would be made by a jump:
/// those of functions of M that cannot end up where they came from become calls.
void keepFrames(llvm::Module &M,
                llvm::function_ref<const llvm::TargetLibraryInfo &(llvm::Function &)> Library);

} // namespace crit
#endif
