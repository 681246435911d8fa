//===- EarlyArguments.h - slots of arguments are written first --*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_HAFT_ILR_EARLYARGUMENTS_H
#define CRIT_HAFT_ILR_EARLYARGUMENTS_H

namespace llvm {
class MachineFunction;
} // namespace llvm

namespace crit {

/// Behind the prologue what puts an argument into its slot becomes the first to read its
/// register; behind a call what puts its result there. Of final code with pseudos.
void saveArgumentsFirst(llvm::MachineFunction &MF);

} // namespace crit
#endif
