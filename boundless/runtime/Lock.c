//===- Lock.c - spin lock -------------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Works before libc is ready and needs no initialisation.
//===----------------------------------------------------------------------===//
#include "Bounds.h"

#include <sched.h>

void critBlLock(crit_lock *L) {
  for (unsigned Tries = 0;
       __atomic_exchange_n(&L->Held, 1, __ATOMIC_ACQUIRE); ++Tries) {
    while (__atomic_load_n(&L->Held, __ATOMIC_RELAXED))
      if (++Tries % 64 == 0)
        sched_yield();
      else
        __builtin_ia32_pause();
  }
}

void critBlUnlock(crit_lock *L) {
  __atomic_store_n(&L->Held, 0, __ATOMIC_RELEASE);
}
