//===- ConstantCalls.h - libc's functions that answer the same -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_ILR_CONSTANTCALLS_H
#define CRIT_ILR_CONSTANTCALLS_H

namespace llvm {
class Module;
} // namespace llvm

namespace crit {

/// Calls of M's haft code that ask libc where the thread's errno is, or a table of its
/// locale: they end no region.
void markConstantCalls(llvm::Module &M);

} // namespace crit
#endif
