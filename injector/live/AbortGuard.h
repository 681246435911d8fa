//===- AbortGuard.h - a client library that gives up ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_ABORTGUARD_H
#define CRIT_INJECT_ABORTGUARD_H

#include <functional>

namespace crit::inject {

/// Runs Work in this thread. False: it called abort(), as assertions do; nothing
/// it owned has been released, and what it changed must not be used again.
/// libmemcached asserts that replies fit, which those of a damaged server need not
/// (it once ended a campaign of 10,000). Exceptions pass.
bool endsWithoutAbort(const std::function<void()> &Work);

} // namespace crit::inject
#endif
