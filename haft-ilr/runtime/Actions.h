//===- Actions.h - the program's own trap handlers --------------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the wrappers in Actions.c and the failure path share: one record per ELF
// image, there if its code sets signal actions.
//===----------------------------------------------------------------------===//
#ifndef CRIT_ILR_ACTIONS_H
#define CRIT_ILR_ACTIONS_H

#include <stdint.h>

#define CRIT_ACTIONS_SYMBOL "__crit_actions"

enum { CRIT_TRAP_SIGNALS = 5 };

/// As the kernel's struct sigaction.
struct crit_sigaction {
  const void *Handler;
  uint64_t Flags;
  const void *Restorer;
  uint64_t Mask;
};

/// Zero-initialised; without a handler in Ours the failure path is not at work.
struct crit_actions {
  struct crit_sigaction Ours;
  /// What the program believes to be in force.
  struct crit_sigaction Program[CRIT_TRAP_SIGNALS];
  uint64_t Owner;    ///< pid and tid of who is changing them
  uint64_t Pid;      ///< whose memory this is
  uint64_t *Forked;  ///< 0 in the memory of a forked child; null: not known
};

static inline int critTrapSignal(uint32_t I) {
  // SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV
  return (int)(0x0b08070504ull >> I * 8 & 0xff);
}

/// Index of a signal of the table; of others the last.
static inline uint32_t critTrapIndex(int64_t Signal) {
  uint32_t I = 0;
  while (I != CRIT_TRAP_SIGNALS - 1 && critTrapSignal(I) != Signal)
    ++I;
  return I;
}

#endif
