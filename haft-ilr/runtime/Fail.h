//===- Fail.h - between the entry in the program and the code ---*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_ILR_FAIL_H
#define CRIT_ILR_FAIL_H

#include "Registers.h"
#include "crit/crit.h"

/// Zero-initialised memory for struct crit_ilr_state, one per ELF image.
#define CRIT_ILR_STATE_SIZE 9216
#define CRIT_ILR_STATE_ALIGN 64

/// What the entry in FailPath.cpp calls critIlrFail for.
enum { CRIT_ENTRY_CHECK, CRIT_ENTRY_TRAP, CRIT_ENTRY_START };

/// What the program has or has not, found by weak symbols; pushed by the entry
/// in FailPath.cpp, which must keep this order.
struct crit_ilr_imports {
  void (*OnEvent)(const struct crit_event *Event);
  const char *(*DefaultOptions)(void);
  unsigned long (*GetAuxVal)(unsigned long Type);
  char ***Environ;
  const char *ImageStart; /* __ehdr_start */
  const char *Regions, *RegionsEnd; /* section crit_regions */
  const void *Restorer; /* of signal handlers */
  struct crit_tx_control *Transactions;
  const struct crit_tx_standin *Standin;
  struct crit_actions *Actions;
};

#endif
