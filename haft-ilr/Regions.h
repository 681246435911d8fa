//===- Regions.h - what can be computed again ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A region is code that may be left at any point and started again from its
// head with nobody noticing. So it holds nothing that others see at once or
// that cannot be taken back (calls, atomic and volatile accesses, inline
// assembly), and no store into what it has read before:
//
//   before                     after
//     x = load [a]               entry: cut
//     store [b], x + 1             x = load [a]
//     call f(x)                    cut          ([b] may be [a])
//     y = load [a]                 store [b], x + 1
//                                  save         (before the arguments move)
//                                  call f(x)
//                                  cut
//                                  y = load [a]
//
// Idempotent regions: de Kruijf, Sankaralingam (10.1109/CGO.2013.6495002);
// data-race freedom and regions without synchronisation: see
// docs/FAULT-MODEL.md.
//===----------------------------------------------------------------------===//
#ifndef CRIT_ILR_REGIONS_H
#define CRIT_ILR_REGIONS_H

namespace llvm {
class AAResults;
class MachineFunction;
class MachineInstr;
} // namespace llvm

namespace crit {

/// MI must not happen again: others see it, or it changes what it reads.
bool isIrrevocable(const llvm::MachineInstr &MI);

/// May happen again, if all stores behind it are taken back then: those nobody may have
/// looked at before this thread releases something, and that ends the region.
bool isAtomicLoad(const llvm::MachineInstr &MI);

/// Puts Cut and Save pseudos into MF, which is not mirrored yet. Without AA
/// every store may be into what was read. Returns false and changes nothing
/// when mismatches in MF cannot be repaired, and why in Why.
bool placeCuts(llvm::MachineFunction &MF, llvm::AAResults *AA,
               const char *&Why);

} // namespace crit
#endif
