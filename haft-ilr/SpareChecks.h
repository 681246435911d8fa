//===- SpareChecks.h - comparisons that others stand for -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_ILR_SPARECHECKS_H
#define CRIT_ILR_SPARECHECKS_H

namespace llvm {
class MachineFunction;
}

namespace crit {

/// On final code with pseudos: takes out comparisons that see nothing another one does not.
void dropSpareChecks(llvm::MachineFunction &MF);

} // namespace crit
#endif
