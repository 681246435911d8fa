// crit_on_event: called once, before the report, with the whole event.
//
// RUN: %fail_clang -pthread %s -o %t
// RUN: %run --reports 1 %t plain | FileCheck %s --check-prefix=PLAIN
// PLAIN: hook: 1 store-value demo src/demo.c 42 rax=1 rcx=3 bits=2 width=8 action=0 core=1 size=1
// PLAIN: crit: ilr: mismatch store-value
//
// A hook that itself fails a check: no second report, no endless loop.
// RUN: %run --reports 1 %t again | FileCheck %s --check-prefix=AGAIN
// AGAIN: hook: 1
// AGAIN-NOT: hook: 2
// AGAIN: mismatch store-value at src/demo.c:42
// So with default options that fail a check.
// RUN: %fail_clang -DBAD_DEFAULTS -pthread %s -o %t.bad
// RUN: %run --reports 1 %t.bad plain
//
// A hook that never returns is not the end of fail-stop.
// RUN: env CRIT_OPTIONS=hook_seconds=1 %run --status -9 --timeout 20 %t hang
// RUN: env CRIT_OPTIONS=hook_seconds=1 %run --reports 1 %t slow
//
// A hook may leave by itself.
// RUN: %run --status 7 --reports 0 %t leave
//
// A child that the hook forks is a process of its own.
// RUN: %run --reports 2 %t fork | FileCheck %s --check-prefix=FORK
// FORK-DAG: hook: 1 store-value
// FORK-DAG: hook: 2 store-value
//
// on_stop=hook: the report first; the hook may carry on, and the next mismatch
// is reported again, with the signal mask as it was.
// RUN: env CRIT_OPTIONS=on_stop=hook %run --status 3 --reports 3 %t jump | FileCheck %s --check-prefix=JUMP
// JUMP: hook: 3 call-argument demo src/demo.c 43 {{.*}} action=2
// JUMP: carried on 3 times, SIGUSR1 not blocked
// JUMP: mismatch store-value {{.*}}; handed to crit_on_event
// JUMP: mismatch store-value {{.*}}; handed to crit_on_event
// JUMP: mismatch call-argument {{.*}}; handed to crit_on_event
// RUN: env CRIT_OPTIONS=on_stop=hook %run --reports 1 %t plain
#include "check.h"
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *What;
static int Calls;
static jmp_buf Back;

void crit_on_event(const struct crit_event *E) {
  printf("hook: %d %s %s %s %u %s=%llx %s=%llx bits=%llx width=%u action=%u "
         "core=%d size=%d\n",
         ++Calls, E->Check, E->Function, E->File, E->Line, E->MasterName,
         (unsigned long long)E->Master[0], E->ShadowName,
         (unsigned long long)E->Shadow[0], (unsigned long long)E->Bits[0],
         E->Width, E->Action, E->Core >= 0, E->Size == sizeof(*E));
  fflush(stdout);
  if (!strcmp(What, "again"))
    failGpr(7, 8);
  if (!strcmp(What, "hang"))
    for (;;)
      pause();
  if (!strcmp(What, "slow"))
    usleep(100000);
  if (!strcmp(What, "leave"))
    _exit(7);
  if (!strcmp(What, "fork")) {
    What = "plain";
    if (fork() == 0)
      failGpr(7, 8);
    int Status;
    wait(&Status);
    if (!WIFEXITED(Status) || WEXITSTATUS(Status) != CRIT_EXIT_STATUS)
      _exit(1);
  }
  if (!strcmp(What, "jump"))
    longjmp(Back, 1);
}

#ifdef BAD_DEFAULTS
const char *crit_default_options(void) {
  failGpr(5, 6);
  return "quiet=1";
}
#endif

int main(int Argc, char **Argv) {
  What = Argv[1];
  if (strcmp(What, "jump")) {
    failGpr(1, 3);
    return 1;
  }
  setjmp(Back);
  if (Calls < 2)
    failGpr(1, 3);
  if (Calls < 3)
    failByte(1, 3);
  sigset_t Mask;
  sigprocmask(SIG_BLOCK, NULL, &Mask);
  printf("carried on %d times, SIGUSR1%s blocked\n", Calls,
         sigismember(&Mask, SIGUSR1) ? "" : " not");
  return 3;
}
