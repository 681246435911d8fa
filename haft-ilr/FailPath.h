//===- FailPath.h - the code a failed check jumps to ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Needs no library at link time: the code travels in every hardened module, in
// a COMDAT, hidden, so that executables, shared objects (-z defs), static and
// libc-free programs all find their own copy.
//===----------------------------------------------------------------------===//
#ifndef CRIT_HAFT_ILR_FAILPATH_H
#define CRIT_HAFT_ILR_FAILPATH_H

namespace llvm {
class Module;
} // namespace llvm

namespace crit {

/// Defines CRIT_FAIL_SYMBOL (crit/records.h) in \p M, kept until assembly text
/// refers to it; a module that has it is left as it is. Takes no part in
/// optimisation, sanitizing or hardening, and runs on every x86-64.
///
/// \returns false, after an error through M's context, if \p M is not for
/// x86-64 Linux with 64-bit pointers, or is a kernel (-mcmodel=kernel): the
/// fail path makes system calls.
bool linkFailPath(llvm::Module &M);

} // namespace crit

#endif
