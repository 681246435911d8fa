//===- Trap.c - hardware traps caused by a fault --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Trap.h"
#include "Maps.h"
#include "Syscall.h"

enum { RspAt = 20, RipAt = 21 }; // words of ucontext
enum { Candidates = 20 };

void critTrapInstall(struct crit_traps *Traps,
                     const struct crit_ilr_imports *Imports,
                     const void *Handler) {
  if (!Imports->Regions || Imports->Regions == Imports->RegionsEnd)
    return;
  critTrapStackForSignals();
  struct crit_sigaction New;
  New.Handler = Handler;
  // SA_SIGINFO, SA_ONSTACK, SA_RESTORER
  New.Flags = 4 | 0x08000000 | 0x04000000;
  New.Restorer = Imports->Restorer;
  New.Mask = 0;
  for (uint32_t I = 0; I != CRIT_TRAP_SIGNALS; ++I) {
    struct crit_sigaction *Old = &Traps->Old[I];
    CRIT_SYSCALL(rt_sigaction, critTrapSignal(I), &New, Old, sizeof(New.Mask));
    if ((uint64_t)Old->Handler == 1) // inherited, and to be handed on
      CRIT_SYSCALL(rt_sigaction, critTrapSignal(I), Old, 0, sizeof(New.Mask));
  }
  struct crit_actions *Actions = Imports->Actions;
  if (!Actions)
    return;
  for (uint32_t I = 0; I != CRIT_TRAP_SIGNALS; ++I)
    Actions->Program[I] = Traps->Old[I];
  Actions->Pid = (uint64_t)CRIT_SYSCALL(getpid, 0, 0, 0, 0);
  int64_t Page = critSyscall6(CRIT_SYS_mmap, 0, 4096, 3, 0x22, -1ull, 0);
  if (Page > 0 && !CRIT_SYSCALL(madvise, Page, 4096, 18 /*WIPEONFORK*/, 0)) {
    Actions->Forked = (uint64_t *)Page;
    *Actions->Forked = 1;
  }
  Actions->Ours = New;
}

void critTrapStackForSignals(void) {
  struct {
    void *Base;
    uint64_t Flags, Size;
  } Stack = {0, 0, 65536}, Old = {0, 0, 0};
  if (CRIT_SYSCALL(sigaltstack, 0, &Old, 0, 0) || !(Old.Flags & 2))
    return; // not SS_DISABLE: there is one
  int64_t P = critSyscall6(CRIT_SYS_mmap, 0, Stack.Size, 3, 0x22, -1ull, 0);
  if (P < 0)
    return;
  Stack.Base = (void *)P;
  CRIT_SYSCALL(sigaltstack, &Stack, 0, 0, 0);
}

/// Reads what may not be there.
static int readMemory(uint64_t From, void *To, uint64_t Bytes) {
  struct {
    uint64_t Base, Length;
  } Local = {(uint64_t)To, Bytes}, Remote = {From, Bytes};
  return critSyscall6(CRIT_SYS_process_vm_readv,
                      (uint64_t)CRIT_SYSCALL(getpid, 0, 0, 0, 0),
                      (uint64_t)&Local, 1, (uint64_t)&Remote, 1,
                      0) == (int64_t)Bytes;
}

static int mayBeStack(uint64_t Sp, uint32_t Frame) {
  uint64_t Return;
  uint8_t Code[7];
  if (Sp & 7 || !readMemory(Sp + Frame, &Return, 8) ||
      !readMemory(Return - 7, Code, 7))
    return 0;
  if (Code[2] == 0xe8)
    return 1;
  // call through register or memory: ff /2, two to seven bytes
  for (uint32_t I = 0; I != 6; ++I)
    if (Code[I] == 0xff && (Code[I + 1] & 0x38) == 0x10)
      return 1;
  return 0;
}

static int isRight(uint64_t Sp, const struct crit_region_table *T) {
  uint64_t Word;
  if (T->Mark != -1)
    return readMemory(Sp + (int64_t)T->Mark, &Word, 8) && Word == Sp;
  return mayBeStack(Sp, T->Frame);
}

/// What was written through Wrong, since it is wrong or by the way here, lies
/// below all that Right's stack has in use.
static int isBelow(uint64_t Wrong, uint64_t Right,
                   const struct crit_region_table *T) {
  struct crit_mapping Mapping = {0, 0, 0, {0}};
  // Without a mark, it is not known that the checkpoint was written right. An
  // entry of the log may be there instead of in the log: its store is not taken
  // back (of 3,000 hits in histogram 11 ended in wrong sums).
  return T->Mark != -1 && !T->HasLog && T->Frame != ~0u && Wrong < Right &&
         Right - Wrong > T->Frame + 8ull + 128 &&
         critFindMapping(Wrong, &Mapping) && Right < Mapping.High;
}

/// As many words of From as are there, in this order.
static uint32_t readWords(const uint64_t *From, uint64_t *To, uint32_t N) {
  struct {
    uint64_t Base, Length;
  } Local = {(uint64_t)To, N * 8ull}, Remote[Candidates];
  for (uint32_t I = 0; I != N; ++I) {
    Remote[I].Base = From[I];
    Remote[I].Length = 8;
  }
  int64_t Bytes = critSyscall6(CRIT_SYS_process_vm_readv,
                               (uint64_t)CRIT_SYSCALL(getpid, 0, 0, 0, 0),
                               (uint64_t)&Local, 1, (uint64_t)Remote, N, 0);
  return Bytes < 0 ? 0 : (uint32_t)(Bytes / 8);
}

/// Whether Sp leads to its mark, and to that of the current activation: one bit
/// may lead from the frame of a recursive function to that of a caller of it.
/// The lowest is the current one: those that returned wiped their mark. All at
/// once, down to where the stack ends.
static int isCurrent(uint64_t Sp, const struct crit_region_table *T,
                     int *Right) {
  uint64_t From[Candidates], Word[Candidates];
  uint32_t N = 1;
  From[0] = Sp + (int64_t)T->Mark;
  for (uint32_t Bit = 4; Bit != 23; ++Bit)
    if (Sp >> Bit & 1 && (T->Frame == ~0u || 1u << Bit > T->Frame))
      From[N++] = Sp - (1ull << Bit) + (int64_t)T->Mark;
  uint32_t Read = readWords(From, Word, N);
  *Right = Read && Word[0] == Sp;
  for (uint32_t I = 1; I < Read; ++I)
    if (Word[I] == From[I] - (int64_t)T->Mark)
      return 0;
  return 1;
}

uint64_t critTrapStack(uint64_t Sp, const struct crit_region_table *T) {
  uint64_t Found = 0, Word;
  if (!T || (T->Mark == -1 && T->Frame == ~0u))
    return Sp;
  int Right = 0, Current = 1;
  if (T->Mark != -1)
    Current = isCurrent(Sp, T, &Right);
  else
    Right = isRight(Sp, T);
  if (Right)
    return Current ? Sp : 0;
  for (uint32_t Bit = 0; Bit != 64; ++Bit) {
    uint64_t Other = Sp ^ 1ull << Bit;
    if (!isRight(Other, T))
      continue;
    if (Found)
      return 0;
    Found = Other;
  }
  // Wrong, but memory: it may have been written to instead of the stack.
  if (Found && readMemory(Sp & ~7ull, &Word, 8) && !isBelow(Sp, Found, T))
    return 0;
  return Found;
}

static const char *at(const int32_t *Field) {
  return (const char *)Field + *Field;
}

const struct crit_region_table *
critTrapTable(const char *Pc, const struct crit_ilr_imports *Imports) {
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

const char *critTrapPlace(const struct crit_trap *Trap,
                          const struct crit_ilr_imports *Imports) {
  const char *Pc = (const char *)Trap->Context[RipAt];
  if (Trap->Info[2] <= 0) // si_code: sent by a program
    return 0;
  const struct crit_region_table *T = critTrapTable(Pc, Imports);
  // An illegal jump: back to the call that made it.
  uint64_t Return;
  if (!T && *(const uint64_t *)(Trap->Info + 4) == (uint64_t)Pc && // si_addr
      readMemory(Trap->Context[RspAt], &Return, 8) &&
      (T = critTrapTable((const char *)Return - 1, Imports))) {
    Trap->Context[RspAt] += 8;
    Trap->Context[RipAt] = Return - 1;
    Pc = (const char *)Return - 1;
  }
  uint64_t Sp = T ? critTrapStack(Trap->Context[RspAt], T) : 0;
  if (!Sp)
    return 0;
  const struct crit_region_entry *E = (const struct crit_region_entry *)(T + 1);
  const struct crit_region_entry *Found = 0;
  for (uint32_t I = 0; I != T->Count && Pc >= at(&E[I].Start); ++I)
    Found = &E[I];
  if (Found && Found->Landing)
    return at(&Found->Landing);
  // Between regions, where a checkpoint is written: the stack pointer was all
  // that was wrong, and what trapped on it has done nothing yet.
  return T->Mark != -1 && Sp != Trap->Context[RspAt] ? Pc : 0;
}

const struct crit_func_record *critTrapRecord(const struct crit_trap *Trap,
                                              const struct crit_ilr_imports
                                                  *Imports) {
  const struct crit_region_table *T =
      critTrapTable((const char *)Trap->Context[RipAt], Imports);
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
  const char *From = Names + critTrapIndex(Trap->Signal) * 8;
  uint32_t I = 0;
  for (; From[I]; ++I)
    Name[I] = From[I];
  Name[I] = 0;
}

void critTrapResume(const struct crit_trap *Trap,
                    const struct crit_ilr_imports *Imports) {
  uint64_t Place = (uint64_t)critTrapPlace(Trap, Imports);
  Trap->Context[RspAt] = critTrapStack(
      Trap->Context[RspAt],
      critTrapTable((const char *)Trap->Context[RipAt], Imports));
  Trap->Context[RipAt] = Place;
}

/// Whether it strikes again by itself when the handler has returned.
static int repeats(const struct crit_trap *Trap) {
  return Trap->Info[2] > 0 && Trap->Signal != 5 /*SIGTRAP*/ &&
         !(Trap->Signal == 7 /*SIGBUS*/ && Trap->Info[2] == 5 /*MCEERR_AO*/);
}

static const void *again(const struct crit_trap *Trap,
                         const struct crit_sigaction *Action) {
  CRIT_SYSCALL(rt_sigaction, Trap->Signal, Action, 0, sizeof(Action->Mask));
  if (!repeats(Trap))
    CRIT_SYSCALL(rt_tgsigqueueinfo, CRIT_SYSCALL(getpid, 0, 0, 0, 0),
                 CRIT_SYSCALL(gettid, 0, 0, 0, 0), Trap->Signal, Trap->Info);
  return 0;
}

const void *critTrapPass(struct crit_traps *Traps, const struct crit_trap *Trap,
                         const struct crit_ilr_imports *Imports) {
  uint32_t I = critTrapIndex(Trap->Signal);
  const struct crit_actions *Actions = Imports->Actions;
  const struct crit_sigaction *Old = &Traps->Old[I], *Own = Old;
  struct crit_sigaction Default = {0, 0, 0, 0}, Now = Default;
  if (Actions && Actions->Ours.Handler)
    Own = &Actions->Program[I];
  if ((uint64_t)Own->Handler <= 1)
    return again(Trap, &Default);
  CRIT_SYSCALL(rt_sigaction, Trap->Signal, 0, &Now, sizeof(Now.Mask));
  // There before us; or somebody whose handler came later calls what he found.
  if (Own->Handler == Old->Handler || Now.Handler != Actions->Ours.Handler)
    return Own->Handler;
  // In code of another image, perhaps, which has a failure path of its own.
  if ((uint64_t)Old->Handler > 1 && Trap->Info[2] > 0) {
    uint64_t Rip = Trap->Context[RipAt], Rsp = Trap->Context[RspAt];
    ((void (*)(int64_t, const int32_t *, uint64_t *))Old->Handler)(
        Trap->Signal, Trap->Info, Trap->Context);
    if (Trap->Context[RipAt] != Rip || Trap->Context[RspAt] != Rsp)
      return 0;
  }
  return again(Trap, Own);
}
