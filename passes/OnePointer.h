//===- OnePointer.h - loops that walk one array ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_PASSES_ONEPOINTER_H
#define CRIT_PASSES_ONEPOINTER_H

namespace llvm {
class MachineFunction;
} // namespace llvm

namespace crit {

/// Where an index does nothing but step through one array, a pointer does: one
/// register less in the loop, and in its shadow.
void walkByPointer(llvm::MachineFunction &MF);

} // namespace crit
#endif
