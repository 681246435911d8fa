//===- Unused.h - stack that nobody uses ------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_ILR_RUNTIME_UNUSED_H
#define CRIT_ILR_RUNTIME_UNUSED_H

#include <stdint.h>

/// Whether no thread has anything where a frame of Frame bytes at Wrong would be, and some
/// way below: above or below what a thread of ours uses of its stack (crit_thread_room). Wipe:
/// what was written there.
int critIsUnusedStack(uint64_t Wrong, uint32_t Frame, int Wipe);

#endif
