//===- Trap.c - hardware traps caused by a fault --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Trap.h"
#include "Maps.h"
#include "Syscall.h"

enum { RspAt = CRIT_CONTEXT_RSP, RipAt = CRIT_CONTEXT_RIP };
enum { Candidates = 20 };
/// Of CRIT_HARMLESS_*: by how much the stack pointer may be wrong.
enum { Moves = CRIT_HARMLESS_FAR * 2 - 1 };

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

/// Words to be looked at together. While they are read this holds their addresses,
/// and one of those may be an address in here: not a mark, then.
struct words {
  uint64_t From[Candidates], Word[Candidates];
  struct {
    uint64_t Base, Length;
  } Remote[Candidates], Local;
  uint32_t N;
};

static void addWord(struct words *W, uint64_t From) {
  if (From - (uint64_t)W >= sizeof(*W))
    W->From[W->N++] = From;
}

/// As many as are there, in this order.
static uint32_t readWords(struct words *W) {
  W->Local.Base = (uint64_t)W->Word;
  W->Local.Length = W->N * 8ull;
  for (uint32_t I = 0; I != W->N; ++I) {
    W->Remote[I].Base = W->From[I];
    W->Remote[I].Length = 8;
  }
  int64_t Bytes = critSyscall6(CRIT_SYS_process_vm_readv,
                               (uint64_t)CRIT_SYSCALL(getpid, 0, 0, 0, 0),
                               (uint64_t)&W->Local, 1, (uint64_t)W->Remote,
                               W->N, 0);
  return Bytes < 0 ? 0 : (uint32_t)(Bytes / 8);
}

/// Whether Sp leads to its mark, and to that of the current activation: one bit
/// may lead from the frame of a recursive function to that of a caller of it.
/// The lowest is the current one: those that returned wiped their mark. All at
/// once, down to where the stack ends.
static int isCurrent(uint64_t Sp, const struct crit_region_table *T,
                     int *Right) {
  struct words W;
  W.N = 0;
  addWord(&W, Sp + (uint64_t)(int64_t)T->Mark);
  for (uint32_t Bit = 4; Bit != 23; ++Bit)
    if (Sp >> Bit & 1 && (T->Frame == ~0u || 1u << Bit > T->Frame))
      addWord(&W, Sp - (1ull << Bit) + (uint64_t)(int64_t)T->Mark);
  uint32_t Read = readWords(&W);
  *Right = Read && W.From[0] == Sp + (uint64_t)(int64_t)T->Mark &&
           W.Word[0] == Sp;
  for (uint32_t I = *Right ? 1 : 0; I < Read; ++I)
    if (W.Word[I] == W.From[I] - (uint64_t)(int64_t)T->Mark)
      return 0;
  return 1;
}

/// Prologues and epilogues, where no mark is written: from the stack pointer to the
/// return address there are the saved registers at most, or all of the frame.
static int isOutside(uint64_t Sp, const struct crit_region_table *T) {
  if (T->Frame != ~0u && mayBeStack(Sp, T->Frame))
    return 1;
  for (uint32_t Saved = 0; Saved <= 56; Saved += 8)
    if (mayBeStack(Sp, Saved))
      return 1;
  return 0;
}

/// Whether no page of the frame that Sp leads to is there: then nothing was read
/// or written through it.
static int isNowhere(uint64_t Sp, const struct crit_region_table *T) {
  uint64_t Word, High = Sp + (T->Frame == ~0u ? 8 : T->Frame + 8ull);
  for (uint64_t Page = (Sp - 128) & ~4095ull;; Page += 4096) {
    if (readMemory(Page, &Word, 8))
      return 0;
    if (High - Page <= 4096)
      return 1;
  }
}

/// Of an entry of the log that begins with Word.
static uint64_t logEntryBytes(uint64_t Word, uint32_t Sizes) {
  uint32_t N = Sizes >> 8;
  for (uint32_t I = 0; I != CRIT_LOG_SIZES; ++I)
    if (Sizes >> I & 1 && I != Sizes >> 8 && Word >> CRIT_LOG_MARK(I) & 1)
      N = I;
  return 8 + (N < 3 ? 8 : 1ull << N);
}

/// Whether an entry of the log may be where Wrong leads instead of where Right
/// does: the next after those that are there.
static int isLogMoved(uint64_t Wrong, uint64_t Right,
                      const struct crit_region_table *T) {
  uint64_t Word, At = (uint64_t)(int64_t)T->Log;
  for (;; At += logEntryBytes(Word, T->LogSizes)) {
    if (!readMemory(Right + At, &Word, 8))
      return 1;
    if (!Word)
      return readMemory(Wrong + At, &Word, 8) && Word;
  }
}

/// Whether more of the log is in use than the compiler took for needed.
static int isLogLong(uint64_t Right, const struct crit_region_table *T) {
  uint64_t Word, At = 0;
  if (!T->LogSizes)
    return 0;
  for (; At + 8 <= CRIT_HARMLESS_LOG; At += logEntryBytes(Word, T->LogSizes))
    if (!readMemory(Right + (uint64_t)(int64_t)T->Log + At, &Word, 8) || !Word)
      return 0;
  return 1;
}

static int isHarmless(uint64_t Wrong, uint64_t Right, uint32_t Bit,
                      const struct crit_region_table *T, uint32_t Harmless,
                      const char *Called) {
  struct crit_mapping Mapping = {0, 0, 0, {0}};
  uint64_t Here = (uint64_t)&Mapping, Word;
  if (T->Mark == -1)
    return 0;
  if (Wrong > Right) {
    // The signal itself may have come through the wrong one.
    if (Wrong - Here < 65536)
      return 0;
    if (!(Harmless & CRIT_HARMLESS_NOTHING) &&
        !(Bit < CRIT_HARMLESS_BITS && Harmless >> Bit & 1))
      return 0;
  } else {
    uint32_t Down = Bit < CRIT_HARMLESS_BITS
                        ? 1u << (Bit + CRIT_HARMLESS_BITS)
                        : CRIT_HARMLESS_FAR;
    // All below must be unused stack.
    if (!(Harmless & Down) || !critFindMapping(Wrong - 256, &Mapping) ||
        Right >= Mapping.High)
      return 0;
  }
  if (Harmless & CRIT_HARMLESS_EMPTIED) {
    uint64_t *Log = (uint64_t *)(Right + (uint64_t)(int64_t)T->Log);
    // If nothing else has happened to it, what it holds is of no use.
    if (!(Harmless & CRIT_HARMLESS_LOGGED))
      *Log = 0;
    if (*Log)
      return 0;
  }
  if ((Bit < CRIT_HARMLESS_BITS && isLogLong(Right, T)) ||
      (Harmless & CRIT_HARMLESS_LOGGED && isLogMoved(Wrong, Right, T)))
    return 0;
  return !Called || (readMemory(Wrong - 8, &Word, 8) && Word != (uint64_t)Called);
}

/// The value a bit away from Sp that is right as far as Right can tell; 0: none, or
/// more than one. At: which bit.
static uint64_t findStack(uint64_t Sp, const struct crit_region_table *T,
                          int (*Right)(uint64_t,
                                       const struct crit_region_table *),
                          uint32_t *At) {
  uint64_t Found = 0;
  for (uint32_t Bit = 0; Bit != 64; ++Bit) {
    uint64_t Other = Sp ^ 1ull << Bit;
    if (!Right(Other, T))
      continue;
    if (Found)
      return 0;
    Found = Other;
    *At = Bit;
  }
  return Found;
}

uint64_t critTrapStack(uint64_t Sp, const struct crit_region_table *T,
                       uint32_t Harmless, const char *Called) {
  uint32_t At = 0;
  if (!T || (T->Mark == -1 && T->Frame == ~0u))
    return Sp;
  int Right = 0, Current = 1;
  if (T->Mark != -1)
    Current = isCurrent(Sp, T, &Right);
  else
    Right = isRight(Sp, T);
  if (Right)
    return Current ? Sp : 0;
  uint64_t Found = findStack(Sp, T, isRight, &At);
  // Before the mark is written, or behind: what it was has done nothing yet.
  if (!Found && T->Mark != -1 && isNowhere(Sp, T))
    return findStack(Sp, T, isOutside, &At);
  if (Found && !isNowhere(Sp, T) &&
      !isHarmless(Sp, Found, At, T, Harmless, Called))
    return 0;
  return Found;
}

static const char *at(const int32_t *Field) {
  return (const char *)Field + *Field;
}

static const struct crit_region_entry *
entries(const struct crit_region_table *T) {
  return (const struct crit_region_entry *)(T + 1);
}

/// The next table from P on; null behind the last.
static const struct crit_region_table *
tableFrom(const char *P, const struct crit_ilr_imports *Imports) {
  while (P && P + sizeof(struct crit_region_table) <= Imports->RegionsEnd) {
    const struct crit_region_table *T = (const struct crit_region_table *)P;
    if (T->Magic)
      return T->Magic == CRIT_REGION_MAGIC ? T : 0;
    P += 8; // padding
  }
  return 0;
}

static const char *behind(const struct crit_region_table *T) {
  const char *End = (const char *)(entries(T) + T->Count + T->Again);
  return End + (-(uint64_t)End & 7);
}

const struct crit_region_table *
critTrapTable(const char *Pc, const struct crit_ilr_imports *Imports) {
  const struct crit_region_table *T = tableFrom(Imports->Regions, Imports);
  while (T && !(Pc >= at(&T->Start) && Pc < at(&T->End)))
    T = tableFrom(behind(T), Imports);
  return T;
}

/// A failed check that found the stack pointer wrong.
static int planOwn(const struct crit_trap *Trap, const char *Pc,
                   const struct crit_ilr_imports *Imports,
                   struct crit_trap_plan *Plan) {
  const struct crit_region_table *T = tableFrom(Imports->Regions, Imports);
  for (; T; T = tableFrom(behind(T), Imports)) {
    const struct crit_region_entry *E = entries(T);
    Plan->Table = T;
    if (T->Wrong && Pc == at(&T->Wrong)) {
      Plan->Place = (const char *)Trap->Context[CRIT_CONTEXT_RAX];
      Plan->Refused = Pc + 2;
      uint64_t Sp = Trap->Context[RspAt], Index;
      if (!readMemory(Sp + 8, &Index, 8))
        return 0;
      uint32_t Site = (uint32_t)Index & ~CRIT_SITE_RECOVERABLE;
      Plan->Sp = critTrapStack(
          Sp + CRIT_STUB_BYTES, T,
          (((const uint32_t *)at(&T->Sites))[Site] & (T->Stub | ~Moves)) &
              ~CRIT_HARMLESS_NOTHING,
          0);
      return Plan->Sp != 0;
    }
    for (E += T->Count; E != entries(T) + T->Count + T->Again; ++E)
      if (Pc == at(&E->Start)) {
        Plan->Place = at(&E->Landing);
        Plan->Refused = Pc + 2;
        Plan->Sp = critTrapStack(
            Trap->Context[RspAt], T, E->Harmless,
            E->Harmless & CRIT_HARMLESS_CALLED ? Plan->Place : 0);
        return Plan->Sp != 0;
      }
  }
  Plan->Table = 0;
  return 0;
}

/// Whether the landing at Landing trapped where it takes back what the last entry of
/// the log says (RAX behind its beginning; RCX is the address). That entry is
/// dropped: its address was hit between its comparison and the entry, and the store,
/// which uses the same register, trapped before it did anything.
static int dropEntry(const struct crit_trap *Trap,
                     const struct crit_region_table *T, const char *Landing) {
  enum { UndoBytes = 1024 }; // at most
  const uint64_t Marks = ~0ull << 57;
  const char *Pc = (const char *)Trap->Context[RipAt];
  uint64_t *Entry = (uint64_t *)(Trap->Context[RspAt] + (uint64_t)(int64_t)T->Log +
                                 Trap->Context[CRIT_CONTEXT_RAX]);
  uint64_t Word, Next;
  if (!T->LogSizes || Pc < Landing || Pc - Landing >= UndoBytes ||
      (Trap->Signal != 11 && Trap->Signal != 7) ||
      !readMemory((uint64_t)Entry, &Word, 8) || !Word ||
      !readMemory((uint64_t)Entry + logEntryBytes(Word, T->LogSizes), &Next, 8) ||
      Next ||
      ((Word ^ Trap->Context[CRIT_CONTEXT_RCX]) & ~Marks))
    return 0;
  *Entry = 0;
  return 1;
}

int critTrapPlan(const struct crit_trap *Trap,
                 const struct crit_ilr_imports *Imports,
                 struct crit_trap_plan *Plan) {
  const char *Pc = (const char *)Trap->Context[RipAt];
  Plan->Table = 0;
  Plan->Place = Plan->Refused = 0;
  Plan->Sp = 0;
  if (Trap->Info[2] <= 0) // si_code: sent by a program
    return 0;
  const struct crit_region_table *T = critTrapTable(Pc, Imports);
  if (!T && Trap->Signal == 4 /*SIGILL*/)
    return planOwn(Trap, Pc, Imports, Plan);
  // An illegal jump: back to the call that made it.
  uint64_t Return;
  if (!T && *(const uint64_t *)(Trap->Info + 4) == (uint64_t)Pc && // si_addr
      readMemory(Trap->Context[RspAt], &Return, 8) &&
      (T = critTrapTable((const char *)Return - 1, Imports))) {
    Trap->Context[RspAt] += 8;
    Trap->Context[RipAt] = Return - 1;
    Pc = (const char *)Return - 1;
  }
  if (!T)
    return 0;
  const struct crit_region_entry *E = entries(T), *Found = 0;
  for (uint32_t I = 0; I != T->Count && Pc >= at(&E[I].Start); ++I)
    Found = &E[I];
  int Lands = Found && Found->Landing;
  Plan->Table = T;
  Plan->Sp = critTrapStack(Trap->Context[RspAt], T, Lands ? Found->Harmless : 0, 0);
  Plan->Place = Lands ? at(&Found->Landing) : Pc;
  if (Lands && Plan->Sp == Trap->Context[RspAt])
    dropEntry(Trap, T, Plan->Place);
  // Between regions, where a checkpoint is written: the stack pointer was all
  // that was wrong, and what trapped on it has done nothing yet.
  return Plan->Sp && (Lands || (T->Mark != -1 && Plan->Sp != Trap->Context[RspAt]));
}

const struct crit_func_record *
critTrapRecord(const struct crit_region_table *T) {
  return (const struct crit_func_record *)at(&T->Record);
}

int critTrapIsNew(struct crit_traps *Traps, uint64_t Place, int32_t Tid,
                  int64_t Time) {
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

void critTrapName(const struct crit_trap *Trap, int Own, char Name[16]) {
  static const char Names[] = "sigill\0 sigtrap\0sigbus\0 sigfpe\0 sigsegv\0"
                              "stack-pointer";
  const char *From = Names + (Own ? 5 : critTrapIndex(Trap->Signal)) * 8;
  uint32_t I = 0;
  for (; From[I]; ++I)
    Name[I] = From[I];
  Name[I] = 0;
}

void critTrapResume(const struct crit_trap *Trap,
                    const struct crit_trap_plan *Plan) {
  Trap->Context[RspAt] = Plan->Sp;
  Trap->Context[RipAt] = (uint64_t)Plan->Place;
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
