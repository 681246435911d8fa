//===- Recovery.h - regions that are run again ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a technique needs to repair its mismatches instead of stopping, without
// knowing who does it: haft-ilr makes regions and checkpoints for any codec, and
// Plugin.cpp hands them over.
//===----------------------------------------------------------------------===//
#ifndef CRIT_PASSES_RECOVERY_H
#define CRIT_PASSES_RECOVERY_H

#include "Codec.h"

namespace llvm {
class AAResults;
class MachineFunction;
} // namespace llvm

namespace crit {

struct Recovery {
  /// Before the function is mirrored. False, and why in Why: mismatches of
  /// this function can only stop.
  bool (*PlaceCuts)(llvm::MachineFunction &MF, llvm::AAResults *AA,
                    const char *&Why);
  /// On the mirrored function, if PlaceCuts was true.
  void (*MakeCheckpoints)(llvm::MachineFunction &MF, Codec &C,
                          ShadowLookup Shadow);
};

} // namespace crit
#endif
