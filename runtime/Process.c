//===- Process.c - what reports and stops need of the kernel --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Process.h"

#include "Syscall.h"
#include "crit/crit.h"

void critSetSignals(uint64_t Mask, uint64_t *Old) {
  CRIT_SYSCALL(rt_sigprocmask, 2 /*SIG_SETMASK*/, &Mask, Old, sizeof(Mask));
}

void critWriteAll(int64_t Fd, struct crit_text *Text) {
  struct {
    int32_t Fd;
    int16_t Events, Returned;
  } Poll = {(int32_t)Fd, 4 /*POLLOUT*/, 0};
  for (uint32_t Done = 0; Done < Text->Length;) {
    if (CRIT_SYSCALL(poll, &Poll, 1, 1000, 0) != 1)
      break;
    int64_t N =
        CRIT_SYSCALL(write, Fd, Text->Data + Done, Text->Length - Done, 0);
    if (N == -4 /*EINTR*/)
      continue;
    if (N <= 0)
      break;
    Done += (uint32_t)N;
  }
  Text->Length = 0;
}

static int isPrivileged(unsigned long (*GetAuxVal)(unsigned long Type)) {
  if (GetAuxVal)
    return GetAuxVal(23 /*AT_SECURE*/) != 0;
  return CRIT_SYSCALL(getuid, 0, 0, 0, 0) !=
             CRIT_SYSCALL(geteuid, 0, 0, 0, 0) ||
         CRIT_SYSCALL(getgid, 0, 0, 0, 0) != CRIT_SYSCALL(getegid, 0, 0, 0, 0);
}

const char *critFindOptions(char **Environ,
                            unsigned long (*GetAuxVal)(unsigned long Type)) {
  static const char Key[] = "CRIT_OPTIONS=";
  if (!Environ || isPrivileged(GetAuxVal))
    return 0;
  for (char **Entry = Environ; *Entry; ++Entry) {
    const char *Name = Key, *String = *Entry;
    while (*Name && *Name == *String)
      ++Name, ++String;
    if (!*Name)
      return String;
  }
  return 0;
}

void critStopProcess(void) {
  for (;;) {
    CRIT_SYSCALL(exit_group, CRIT_EXIT_STATUS, 0, 0, 0);
    __asm__ volatile("ud2"); // a sandbox that forbids even exit_group
  }
}

void critAbortProcess(void) {
  struct {
    uint64_t Handler, Flags, Restorer, Mask;
  } Default = {0, 0, 0, 0};
  const int Abort = 6;
  CRIT_SYSCALL(rt_sigaction, Abort, &Default, 0, sizeof(uint64_t));
  critSetSignals(~(1ull << (Abort - 1)), 0);
  CRIT_SYSCALL(tgkill, CRIT_SYSCALL(getpid, 0, 0, 0, 0),
               CRIT_SYSCALL(gettid, 0, 0, 0, 0), Abort, 0);
  critStopProcess();
}
