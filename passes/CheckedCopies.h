//===- CheckedCopies.h - store the register that is compared ---*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_PASSES_CHECKEDCOPIES_H
#define CRIT_PASSES_CHECKEDCOPIES_H

namespace llvm {
class MachineFunction;
} // namespace llvm

namespace crit {

/// Where the allocator splits a value between a store and the check behind it,
/// the check looks at another register than the one that was stored, and a hit to
/// the latter is not seen. Both hold the same, so the store takes the other:
///
///      S = MOV R                        S = MOV R
///      MOV [m], R                       MOV [m], S
///      R = ...                          R = ...
///      compare S, S'                    compare S, S'
///
/// On final registers, before checks are lowered. (Found by fault injection:
/// sha256.)
void storeCheckedCopies(llvm::MachineFunction &MF);

} // namespace crit
#endif
