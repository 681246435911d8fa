//===- Unfold.h - take memory operands out of computations -----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_PASSES_UNFOLD_H
#define CRIT_PASSES_UNFOLD_H

#include "Options.h"
#include <optional>

namespace llvm {
class MachineFunction;
class MachineInstr;
} // namespace llvm

namespace crit {
class MemoryFacts;

/// Another thread may write what this plain load reads, and the mode asks to
/// live with that.
bool needsVerification(const llvm::MachineInstr &Load, LoadMode Mode,
                       MemoryFacts &Facts);

/// Splits instructions that compute and access memory at once, so that the
/// computation can run in both streams and the access be treated on its own:
///
///   ADD64mr [p], x   ->   t = MOV64rm [p]; u = ADD64rr t, x; MOV64mr [p], u
///   CMP64rm a, [p]   ->   t = MOV64rm [p]; CMP64rr a, t
///
/// With All, folded loads of integers are taken out, too; with Slots, also
/// folded loads from stack slots that have no other input. With Updates, those
/// stay whole that update() finds, which can be checked as one piece.
/// Volatile and atomic accesses stay whole (they must happen exactly once), as
/// do folded loads that need no verification, which may simply be repeated. LLVM's own unfolding tables decide what can be split.
void unfoldMemory(llvm::MachineFunction &MF, MemoryFacts &Facts,
                  LoadMode Loads, bool All, bool Slots, bool Updates);

/// A constant other than 0 added to memory: what is there then tells where it
/// was added.
struct MemoryUpdate {
  int64_t Addend;
  unsigned Log2Width;
};
/// MI is such an update and others may write there, too.
std::optional<MemoryUpdate> findUpdate(const llvm::MachineInstr &MI,
                                       LoadMode Mode, MemoryFacts &Facts);

} // namespace crit
#endif
