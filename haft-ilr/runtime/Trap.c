//===- Trap.c - hardware traps caused by a fault --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Trap.h"
#include "Syscall.h"

enum { RipAt = 21 }; // word of ucontext

static int signalAt(uint32_t I) {
  // SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV
  return (int)(0x0b08070504ull >> I * 8 & 0xff);
}

static uint32_t indexOf(int64_t Signal) {
  uint32_t I = 0;
  while (I != CRIT_TRAP_SIGNALS - 1 && signalAt(I) != Signal)
    ++I;
  return I;
}

void critTrapInstall(struct crit_traps *Traps,
                     const struct crit_ilr_imports *Imports,
                     const void *Handler) {
  if (!Imports->Regions || Imports->Regions == Imports->RegionsEnd)
    return;
  for (uint32_t I = 0; I != CRIT_TRAP_SIGNALS; ++I) {
    struct crit_sigaction New;
    New.Handler = Handler;
    // SA_SIGINFO, SA_ONSTACK, SA_RESTORER
    New.Flags = 4 | 0x08000000 | 0x04000000;
    New.Restorer = Imports->Restorer;
    New.Mask = 0;
    CRIT_SYSCALL(rt_sigaction, signalAt(I), &New, &Traps->Old[I],
                 sizeof(New.Mask));
  }
}

static const char *at(const int32_t *Field) {
  return (const char *)Field + *Field;
}

static const struct crit_region_table *
findTable(const char *Pc, const struct crit_ilr_imports *Imports) {
  const char *P = Imports->Regions;
  while (P && P + sizeof(struct crit_region_table) <= Imports->RegionsEnd) {
    const struct crit_region_table *T = (const struct crit_region_table *)P;
    if (!T->Magic) {
      P += 8; // padding
      continue;
    }
    if (T->Magic != CRIT_REGION_MAGIC)
      return 0;
    if (Pc >= at(&T->Start) && Pc < at(&T->End))
      return T;
    P += sizeof(*T) + T->Count * sizeof(struct crit_region_entry);
  }
  return 0;
}

const struct crit_region_entry *
critTrapFind(const struct crit_trap *Trap,
             const struct crit_ilr_imports *Imports) {
  const char *Pc = (const char *)Trap->Context[RipAt];
  if (Trap->Info[2] <= 0) // si_code: sent by a program
    return 0;
  const struct crit_region_table *T = findTable(Pc, Imports);
  if (!T)
    return 0;
  const struct crit_region_entry *E = (const struct crit_region_entry *)(T + 1);
  const struct crit_region_entry *Found = 0;
  for (uint32_t I = 0; I != T->Count && Pc >= at(&E[I].Start); ++I)
    Found = &E[I];
  return Found && Found->Landing ? Found : 0;
}

const struct crit_func_record *critTrapRecord(const struct crit_trap *Trap,
                                              const struct crit_ilr_imports
                                                  *Imports) {
  const struct crit_region_table *T =
      findTable((const char *)Trap->Context[RipAt], Imports);
  return (const struct crit_func_record *)at(&T->Record);
}

int critTrapIsNew(struct crit_traps *Traps, const struct crit_trap *Trap,
                  int32_t Tid, int64_t Time) {
  uint64_t Place = Trap->Context[RipAt];
  uint32_t At = 0;
  for (uint32_t I = 0; I != CRIT_TRAP_THREADS; ++I) {
    if (Traps->Last[I].Tid == Tid) {
      At = I;
      break;
    }
    if (Traps->Last[I].Time < Traps->Last[At].Time)
      At = I;
  }
  int Again = Traps->Last[At].Tid == Tid && Traps->Last[At].Place == Place &&
              Time - Traps->Last[At].Time < 1000000000;
  Traps->Last[At].Tid = Tid;
  Traps->Last[At].Place = Place;
  Traps->Last[At].Time = Time;
  return !Again;
}

void critTrapName(const struct crit_trap *Trap, char Name[16]) {
  static const char Names[] = "sigill\0 sigtrap\0sigbus\0 sigfpe\0 sigsegv";
  const char *From = Names + indexOf(Trap->Signal) * 8;
  uint32_t I = 0;
  for (; From[I]; ++I)
    Name[I] = From[I];
  Name[I] = 0;
}

void critTrapResume(const struct crit_trap *Trap,
                    const struct crit_ilr_imports *Imports) {
  Trap->Context[RipAt] = (uint64_t)at(&critTrapFind(Trap, Imports)->Landing);
}

const void *critTrapPass(struct crit_traps *Traps,
                         const struct crit_trap *Trap) {
  const struct crit_sigaction *Old = &Traps->Old[indexOf(Trap->Signal)];
  if ((uint64_t)Old->Handler > 1)
    return Old->Handler;
  struct crit_sigaction Default = {0, 0, 0, 0};
  int Sent = Trap->Info[2] <= 0;
  if (Sent && (uint64_t)Old->Handler == 1) // ignored
    return 0;
  CRIT_SYSCALL(rt_sigaction, Trap->Signal, &Default, 0, sizeof(Default.Mask));
  // A trap strikes again by itself; what was sent is sent again.
  if (Sent)
    CRIT_SYSCALL(tgkill, CRIT_SYSCALL(getpid, 0, 0, 0, 0),
                 CRIT_SYSCALL(gettid, 0, 0, 0, 0), Trap->Signal, 0);
  return 0;
}
