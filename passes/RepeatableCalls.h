//===- RepeatableCalls.h - calls that regions may hold ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A technique's calls of its own runtime, when nobody notices that they were made
// again: they answer the same, and change nothing that the program can read but
// what it already could. Without this every bounds check would end a region, and
// the way back of each loads all that lives there: one file of bzip2 had 300 times
// its code.
//===----------------------------------------------------------------------===//
#ifndef CRIT_PASSES_REPEATABLECALLS_H
#define CRIT_PASSES_REPEATABLECALLS_H

namespace llvm {
class CallInst;
class MachineInstr;
} // namespace llvm

namespace crit {

/// The mark stays with the call down to machine code. Where it is lost, the call is
/// one like others.
void markRepeatable(llvm::CallInst &C);
bool isRepeatable(const llvm::MachineInstr &MI);

} // namespace crit
#endif
