//===- Runtime.c - options of the process, hooks of the program -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Runtime.h"

#include "Shared.h"
#include "Syscall.h"
#include "crit/crit.h"

struct crit_shared_state __crit_shared_state_1;

// Null where the program or its libc has none.
#define OPTIONAL __attribute__((weak, visibility("default")))
extern OPTIONAL char **environ;
extern OPTIONAL unsigned long getauxval(unsigned long Type);
extern OPTIONAL void crit_on_event(const struct crit_event *Event);
extern OPTIONAL const char *crit_default_options(void);
extern const char __ehdr_start[] __attribute__((weak, visibility("hidden")));

static struct crit_options Options;

static uint64_t OptionsState;

// The entry "CRIT_OPTIONS=..." as the program was started with, for when libc
// does not know the environment yet (preinit) or there is no libc. Out is "" if
// it is not there or too long.
static void readStartEntry(char *Out, uint32_t Capacity) {
  static const char Key[] = "CRIT_OPTIONS=";
  char Block[256];
  uint32_t Length = 0, Matched = 0;
  int64_t N, Fd = CRIT_SYSCALL(open, "/proc/self/environ",
                               02000000 /*O_CLOEXEC*/, 0, 0);
  while (Fd >= 0 && (N = CRIT_SYSCALL(read, Fd, Block, sizeof(Block), 0)) > 0)
    for (int64_t I = 0; I < N; ++I) {
      if (Length < sizeof(Key) - 1)
        Matched += Block[I] == Key[Length];
      if (Length < Capacity)
        Out[Length++] = Block[I];
      if (Block[I])
        continue;
      if (Matched == sizeof(Key) - 1 && !Out[Length - 1]) {
        CRIT_SYSCALL(close, Fd, 0, 0, 0);
        return;
      }
      Length = Matched = 0;
    }
  if (Fd >= 0)
    CRIT_SYSCALL(close, Fd, 0, 0, 0);
  Out[0] = 0;
}

static void readOptions(void) {
  char Buffer[2048], Start[1024];
  struct crit_text Text = {Buffer, 0, sizeof(Buffer)};
  critOptionsReset(&Options);
  if (crit_default_options)
    critOptionsParse(&Options, crit_default_options(), "crit_default_options()",
                     &Text);
  char **Environment = &environ ? environ : 0;
  char *OnlyStart[2] = {0, 0};
  if (!Environment) {
    readStartEntry(Start, sizeof(Start));
    OnlyStart[0] = Start;
    Environment = OnlyStart;
  }
  critOptionsParse(&Options, critFindOptions(Environment, getauxval),
                   "CRIT_OPTIONS", &Text);
  if (Options.help)
    critOptionsHelp(&Text);
  if (Text.Length &&
      !__atomic_exchange_n(&__crit_shared_state_1.OptionErrorsShown, 1,
                           __ATOMIC_RELAXED))
    critWriteAll(2, &Text);
}

// State of one that runs: process id * 4 + 1.
void critOnce(uint64_t *State, void (*Init)(void)) {
  if (__atomic_load_n(State, __ATOMIC_ACQUIRE) == CRIT_ONCE_DONE)
    return;
  // No signal handler may come in between: it would wait for itself.
  uint64_t Signals, Found;
  critSetSignals(~0ull, &Signals);
  uint64_t Me = (uint64_t)CRIT_SYSCALL(getpid, 0, 0, 0, 0) * 4 + 1;
  while ((Found = __atomic_load_n(State, __ATOMIC_ACQUIRE)) != CRIT_ONCE_DONE) {
    if (Found == Me) {
      CRIT_SYSCALL(sched_yield, 0, 0, 0, 0);
      continue;
    }
    // Nobody's, or of a thread that was left behind by a fork.
    if (!__atomic_compare_exchange_n(State, &Found, Me, 0, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED))
      continue;
    Init();
    __atomic_store_n(State, CRIT_ONCE_DONE, __ATOMIC_RELEASE);
  }
  critSetSignals(Signals, 0);
}

const struct crit_options *critOptions(void) {
  critOnce(&OptionsState, readOptions);
  return &Options;
}

crit_event_hook critEventHook(void) { return crit_on_event; }

const char *critImageStart(void) { return __ehdr_start; }
