// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Handlers run in hardened code, raised and by a timer, before, in and after
// what is computed again.
// kind: checkpoint
// technique: haft
// fault: imul[lq].*bd1e995
// at: 50 31
// result: corrected
// dropped: skip
#include "fault.h"
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>

static atomic_ulong Raised, Ticks;
static void onUser(int Signal) { Raised += Signal; }
static void onAlarm(int Signal) { Ticks += Signal; }

NOINLINE void work(uint64_t *Out, uint64_t A) {
  uint64_t X = A * K;
  raise(SIGUSR1);
  for (uint64_t I = 0; I != 5000; ++I)
    X += X >> 3 ^ I;
  *Out = *Out * 31 + X;
}

int main(void) {
  signal(SIGUSR1, onUser);
  signal(SIGPROF, onAlarm);
  struct itimerval Often = {{0, 500}, {0, 500}};
  uint64_t Out = 0;
  setitimer(ITIMER_PROF, &Often, 0);
  for (uint64_t I = 0; I != 100; ++I)
    work(&Out, I + 1);
  emit(Out);
  emit(Raised);
}
