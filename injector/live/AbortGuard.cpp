//===- AbortGuard.cpp - a client library that gives up --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "AbortGuard.h"

#include <csetjmp>
#include <csignal>
#include <mutex>

namespace crit::inject {

static thread_local sigjmp_buf *Guard = nullptr;

static void leave(int) {
  if (Guard)
    siglongjmp(*Guard, 1);
  // Back to abort(), which ends the process: not a guarded thread.
}

bool endsWithoutAbort(const std::function<void()> &Work) {
  static std::once_flag Installed;
  std::call_once(Installed, [] {
    struct sigaction Action{};
    Action.sa_handler = leave;
    sigaction(SIGABRT, &Action, nullptr);
  });
  struct Restore {
    sigjmp_buf *Outer = Guard;
    ~Restore() { Guard = Outer; }
  } Outer;
  sigjmp_buf Here;
  if (sigsetjmp(Here, /*savemask=*/1))
    return false;
  Guard = &Here;
  Work();
  return true;
}

} // namespace crit::inject
