//===- ThreadStacks.h - signal stacks for threads --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_ILR_THREADSTACKS_H
#define CRIT_ILR_THREADSTACKS_H

namespace llvm {
class Module;
} // namespace llvm

namespace crit {

/// Threads that M's haft code begins get an alternate signal stack: a trap
/// through a wrong stack pointer reaches the handler in them, too.
void giveThreadsStacks(llvm::Module &M);

} // namespace crit
#endif
