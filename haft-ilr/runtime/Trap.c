//===- Trap.c - hardware traps caused by a fault --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Trap.h"
#include "StackPointer.h"
#include "Syscall.h"

enum { RspAt = CRIT_CONTEXT_RSP, RipAt = CRIT_CONTEXT_RIP };

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

/// Frames hold checkpoints and logs: a script that makes Redis call one function
/// 8,000 deep takes 11 MB instead of 2. The kernel leaves 128 MB below a stack, and asks
/// for the limit whenever it grows.
static void growStack(void) {
  enum { RLIMIT_STACK = 3 };
  const uint64_t Most = 64 << 20;
  struct {
    uint64_t Soft, Hard;
  } Limit;
  if (CRIT_SYSCALL(prlimit64, 0, RLIMIT_STACK, 0, &Limit) ||
      Limit.Soft >= Most) // or none
    return;
  Limit.Soft = Limit.Soft > Most / 8 ? Most : Limit.Soft * 8;
  if (Limit.Soft > Limit.Hard)
    Limit.Soft = Limit.Hard;
  CRIT_SYSCALL(prlimit64, 0, RLIMIT_STACK, &Limit, 0);
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
  growStack();
}

static const char *at(const int32_t *Field) {
  return (const char *)Field + *Field;
}

static const struct crit_region_entry *
entries(const struct crit_region_table *T) {
  return (const struct crit_region_entry *)(T + 1);
}

static const struct crit_region_again *
againsOf(const struct crit_region_table *T) {
  return (const struct crit_region_again *)(entries(T) + T->Count);
}

/// The one behind T, or the first; null behind the last.
static __attribute__((noinline)) const struct crit_region_table *
nextTable(const struct crit_region_table *Previous,
          const struct crit_ilr_imports *Imports) {
  const char *P = Imports->Regions;
  if (Previous) {
    P = (const char *)(againsOf(Previous) + Previous->Again);
    P += -(uint64_t)P & 7;
  }
  while (P && P + sizeof(struct crit_region_table) <= Imports->RegionsEnd) {
    const struct crit_region_table *T = (const struct crit_region_table *)P;
    if (T->Magic)
      return T->Magic == CRIT_REGION_MAGIC ? T : 0;
    P += 8; // padding
  }
  return 0;
}

/// In its code, or in the stubs of its checks, which lie behind that.
static const struct crit_region_table *
findTable(const char *Pc, const struct crit_ilr_imports *Imports, int Stubs) {
  const struct crit_region_table *T = nextTable(0, Imports);
  while (T && !((!Stubs || T->StubsEnd) && Pc >= at(&T->Start + Stubs) &&
                Pc < at(&T->End + Stubs)))
    T = nextTable(T, Imports);
  return T;
}

const struct crit_region_table *
critTrapTable(const char *Pc, const struct crit_ilr_imports *Imports) {
  return findTable(Pc, Imports, 0);
}

/// The entry that Pc is in, if it has a landing; not for stubs.
static const struct crit_region_entry *entryAt(const struct crit_region_table *T,
                                               const char *Pc) {
  const struct crit_region_entry *E = entries(T), *Found = 0;
  for (uint32_t I = 0; I != T->Count && Pc >= at(&E[I].Start); ++I)
    Found = &E[I];
  return Pc < at(&T->End) && Found && Found->Landing ? Found : 0;
}

/// Where the registers are in Context, in the numbering of crit_site.
static const uint8_t ContextAt[] = {18, 19, 17, 16, 20, 15, 14, 13,
                                    5,  6,  7,  8,  9,  10, 11, 12};
static uint64_t registerIn(const uint64_t *Context, uint32_t Register) {
  enum { FxsaveAt = 28, XmmAt = 160 / 8 };
  if (Register - 16 < 16) // its low half
    return ((const uint64_t *)Context[FxsaveAt])[XmmAt + 2 * (Register - 16)];
  return Register < sizeof(ContextAt) ? Context[ContextAt[Register]] : 0;
}

static __attribute__((noinline)) void storedState(struct crit_stack_state *State, uint32_t N,
                                                  const uint64_t *Context) {
  State->NumLast = N;
  for (uint32_t I = 0; I != N; ++I) {
    uint32_t What = State->Last[I].What;
    State->Stored[I] = registerIn(Context, What >> CRIT_LAST_VALUE);
    if (What & CRIT_LAST_INDEXED)
      State->Index[I] = registerIn(Context, What >> CRIT_LAST_INDEX & 15)
                        << (What >> CRIT_LAST_SCALE & 3);
  }
}

static __attribute__((noinline)) void logState(struct crit_stack_state *State,
                                               const struct crit_log_known *Log,
                                               const uint64_t *Context) {
  uint32_t Count = Log->What >> CRIT_LOG_COUNT & 0xff;
  uint32_t Old = Log->What >> CRIT_LOG_HOLDS & 0xff;
  State->Fixed = Log->Fixed;
  if (!(Log->What & CRIT_LOG_KNOWN))
    return;
  State->LogUsed = (uint64_t)(int64_t)Log->Used;
  if (Log->What & CRIT_LOG_COUNTED)
    State->LogUsed += registerIn(Context, Count);
  State->LogOld = registerIn(Context, Old);
  State->Log = Log->What;
}

const struct crit_stack_site *critTrapSite(const struct crit_region_table *T,
                                           uint32_t Index) {
  return T->Sites ? (const struct crit_stack_site *)at(&T->Sites) + Index : 0;
}

/// A comparison of the stack pointer that failed, or the code of another check that did,
/// before it has written anything.
static int planOwn(const struct crit_trap *Trap, const char *Pc,
                   const struct crit_ilr_imports *Imports,
                   struct crit_trap_plan *Plan) {
  const struct crit_region_table *T = nextTable(0, Imports);
  struct crit_stack_state State = {{0, 0}, 0, 0, 0, {0}, {0}, CRIT_LOG_UNKNOWN, 0, 0, {0, 0}, Imports};
  const struct crit_log_known *Log = 0;
  for (; T && !Log; T = nextTable(T, Imports)) {
    const struct crit_region_again *E = againsOf(T);
    for (; E != againsOf(T) + T->Again; ++E)
      if (Pc == at(&E->Start)) {
        Plan->Table = T;
        Plan->Place = at(&E->Landing);
        State.Written = E->Written;
        State.Called = State.Written.Harmless & CRIT_HARMLESS_CALLED && E->Returned
                           ? at(&E->Returned)
                           : 0;
        State.Last = E->Last;
        Log = &E->Log;
      }
  }
  // ud2; lea ...(%rsp), %rsp; push $index. It goes on there.
  uint32_t Index;
  if (!Log && (T = findTable(Pc, Imports, 1)) && Pc[10] == 0x68) {
    __builtin_memcpy(&Index, Pc + 11, sizeof(Index));
    const struct crit_stack_site *S = critTrapSite(T, Index & ~CRIT_SITE_RECOVERABLE);
    Plan->Table = T;
    Plan->Place = Pc + 2;
    State.Written = S->Written;
    State.Last = S->Last;
    Log = &S->Log;
  }
  if (!Log)
    return 0;
  Plan->Refused = Pc + 2;
  storedState(&State, CRIT_LAST_STORES, Trap->Context);
  logState(&State, Log, Trap->Context);
  Plan->Sp = critStackFind(Trap->Context[RspAt], Plan->Table, &State);
  return Plan->Sp != 0;
}

/// Where a jump to Pc, where nothing is, was to go: a bit away, in the function whose
/// frame Sp leads to. Null: nowhere, or that is not clear.
static const char *jumpTarget(uint64_t Pc, uint64_t Sp,
                              const struct crit_ilr_imports *Imports) {
  uint64_t Found = 0;
  const struct crit_region_table *T = nextTable(0, Imports);
  for (; T; T = nextTable(T, Imports))
    for (uint32_t Bit = 0; T->Mark != -1 && Bit != 64; ++Bit) {
      uint64_t To = Pc ^ 1ull << Bit;
      if (To < (uint64_t)at(&T->Start) || To >= (uint64_t)at(&T->End) ||
          !critStackIsRight(Sp, T))
        continue;
      if (Found)
        return 0;
      Found = To;
    }
  return (const char *)Found;
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
      !critReadMemory((uint64_t)Entry, &Word, 8) || !Word ||
      !critReadMemory((uint64_t)Entry + critLogEntryBytes(Word, T->LogSizes), &Next, 8) ||
      Next ||
      ((Word ^ Trap->Context[CRIT_CONTEXT_RCX]) & ~Marks))
    return 0;
  *Entry = 0;
  return 1;
}

/// The first instruction of T's prologue but for its copy of the stack pointer.
static const uint8_t *prologue(const struct crit_region_table *T) {
  const uint8_t *P = (const uint8_t *)at(&T->Start);
  if (P[1] == 0x8d) // lea ...(%rsp), %r11; a plain copy of it means no frame
    P += P[2] == 0x9c ? 8 : 5;
  return P;
}

uint32_t critTrapSaved(const struct crit_region_table *T) {
  const uint8_t *P = prologue(T);
  uint32_t Bytes = 0;
  for (; (P += *P == 0x41, *P++ >> 3 == 10); Bytes += 8) // push
    ;
  return Bytes;
}

/// What T's function saved of its caller's registers, into Saved, where they are in
/// Context; Sp is its own. Known from its prologue, if that is of the usual kind.
static int readSaved(const struct crit_region_table *T, uint64_t Sp,
                     uint64_t *Saved) {
  const uint8_t *P = prologue(T);
  uint64_t At = Sp + T->Frame;
  uint32_t Size = 0;
  for (;;) {
    uint32_t Register = *P == 0x41 ? 8 : 0;
    P += Register / 8;
    if (*P >> 3 != 10) // push
      break;
    Register += *P++ & 7;
    if (!critReadMemory(At -= 8, &Saved[ContextAt[Register]], 8))
      return 0;
  }
  if (P[0] == 0x48 && P[2] == 0xec) { // sub $..., %rsp
    Size = P[3];
    if (P[1] == 0x81)
      __builtin_memcpy(&Size, P + 3, 4);
  }
  return At == Sp + Size;
}

/// The one whose code begins at Pc, if what returns for it is itself: a function that
/// it ends in by a jump has saved registers elsewhere.
static const struct crit_region_table *
returnsItself(const char *Pc, const struct crit_ilr_imports *Imports) {
  const struct crit_region_table *T = critTrapTable(Pc, Imports);
  return T && at(&T->Start) == Pc && T->Mark != -1 && T->Frame != ~0u &&
                 !(T->Flags & CRIT_REGION_TAIL_CALLS)
             ? T
             : 0;
}

/// A return to nowhere, taken from where Slot leads: the stack pointer was hit behind the
/// last comparison of it, where a function takes its caller's registers back. It is
/// made again from the place a bit away where its return address is: its caller's
/// mark is there, and its own is wiped.
static int planReturn(const struct crit_trap *Trap, uint64_t Slot,
                      const struct crit_ilr_imports *Imports,
                      struct crit_trap_plan *Plan) {
  uint64_t Saved[RipAt], Sp, Word;
  uint32_t I;
  Plan->Table = 0;
  for (uint32_t Bit = 0; Bit != 64; ++Bit)
    for (uint32_t Up = 0; Up != 2; ++Up) {
      uint64_t From = Up ? Slot + (1ull << Bit) : Slot - (1ull << Bit), Return;
      if (!critReadMemory(From, &Return, 8))
        continue;
      const struct crit_region_table *Caller =
          critTrapTable((const char *)Return - 1, Imports);
      const char *Call = (const char *)Return - 5;
      if (!Caller || Caller->Mark == -1 || *(const uint8_t *)Call != 0xe8 ||
          !critStackIsRight(From + 8, Caller))
        continue;
      const struct crit_region_table *T =
          returnsItself(at((const int32_t *)(Call + 1)) + 4, Imports);
      Sp = T ? From - T->Frame : 0;
      if (!T || critStackIsRight(Sp, T) || !critReadMemory(Sp, &Word, 8))
        continue;
      for (I = 0; I != RipAt; ++I)
        Saved[I] = Trap->Context[I];
      if (Plan->Table || !readSaved(T, Sp, Saved))
        return 0;
      Plan->Table = T;
      Plan->Place = (const char *)Return;
      Plan->Sp = From + 8;
    }
  if (!Plan->Table)
    return 0;
  for (I = 0; I != RipAt; ++I)
    Trap->Context[I] = Saved[I];
  return 1;
}

/// In code that is not hardened: who waits for it. Its mark tells its frame.
static int planAbroad(const struct crit_trap *Trap,
                      const struct crit_ilr_imports *Imports,
                      struct crit_trap_plan *Plan) {
  enum { Most = 16384 };
  uint64_t Words[64], From = Trap->Context[RspAt] & ~7ull, End = From + Most;
  uint64_t First = ~0ull, Last = 0;
  const struct crit_region_table *T = nextTable(0, Imports);
  for (; T; T = nextTable(T, Imports)) { // all are looked through only once
    First = (uint64_t)at(&T->Start) < First ? (uint64_t)at(&T->Start) : First;
    Last = (uint64_t)at(&T->End) > Last ? (uint64_t)at(&T->End) : Last;
  }
  for (; From < End && critReadMemory(From, Words, sizeof(Words)); From += sizeof(Words))
    for (uint32_t I = 0; I != sizeof(Words) / 8; ++I) {
      if (Words[I] - First > Last - First ||
          !(T = critTrapTable((const char *)Words[I] - 1, Imports)) || T->Mark == -1 ||
          !critStackIsRight(From + 8 * I + 8, T))
        continue;
      Plan->Table = T;
      Plan->Place = (const char *)Trap->Context[RipAt];
      Plan->Sp = Trap->Context[RspAt];
      Plan->Abroad = From + 8 * I + 8;
      return 1;
    }
  return 0;
}

int critTrapPlan(const struct crit_trap *Trap,
                 const struct crit_ilr_imports *Imports,
                 struct crit_trap_plan *Plan) {
  const char *Pc = (const char *)Trap->Context[RipAt];
  Plan->Table = 0;
  Plan->Place = Plan->Refused = 0;
  Plan->Sp = Plan->Abroad = 0;
  if (Trap->Info[2] <= 0) // si_code: sent by a program
    return 0;
  const struct crit_region_table *T = critTrapTable(Pc, Imports);
  if (!T && Trap->Signal == 4 /*SIGILL*/)
    return planOwn(Trap, Pc, Imports, Plan);
  // A check has failed because the stack pointer is wrong, and its stub cannot write
  // through it: the stub goes on with the right one.
  if (!T && (Plan->Table = findTable(Pc, Imports, 1))) {
    struct crit_stack_state State = {{CRIT_HARMLESS_LOGGED, 0}, 0, 0, 0, {0}, {0},
                                     CRIT_LOG_UNKNOWN, 0, 0, {0, 0}, 0};
    uint32_t Index;
    uint64_t Below = 0, Sp = Trap->Context[RspAt];
    __builtin_memcpy(&Index, Pc + 1, sizeof(Index));
    if (*Pc == 0x68 && Index & CRIT_SITE_RECOVERABLE) // push of the index
      Below = CRIT_STUB_BYTES - 16;
    Plan->Place = Pc;
    Plan->Sp = critStackFind(Sp + Below, Plan->Table, &State) - Below;
    return Plan->Sp != Sp && Plan->Sp != -Below;
  }
  // An illegal jump: to where it was to go, a return, or back to the call that made it.
  // Far from all addresses some CPUs trap at the target, others before.
  uint64_t Return;
  int Jumped = 0, Far = (int64_t)((uint64_t)Pc << 16) >> 16 != (int64_t)Pc;
  if (T && *(const uint8_t *)Pc == 0xc3 &&
      planReturn(Trap, Trap->Context[RspAt], Imports, Plan))
    return 1;
  if (!T && (Far || *(const uint64_t *)(Trap->Info + 4) == (uint64_t)Pc)) { // si_addr
    const char *To = jumpTarget((uint64_t)Pc, Trap->Context[RspAt], Imports);
    if (To) {
      T = critTrapTable(To, Imports);
      Pc = To;
      Jumped = 1;
    } else if (planReturn(Trap, Trap->Context[RspAt] - 8, Imports, Plan)) {
      return 1;
    } else if (critReadMemory(Trap->Context[RspAt], &Return, 8) &&
               (T = critTrapTable((const char *)Return - 1, Imports))) {
      Trap->Context[RspAt] += 8;
      Trap->Context[RipAt] = Return - 1;
      Pc = (const char *)Return - 1;
    }
  }
  if (!T)
    return (Trap->Signal == 11 || Trap->Signal == 7) && planAbroad(Trap, Imports, Plan);
  const struct crit_region_entry *Found = entryAt(T, Pc);
  int Lands = Found != 0;
  struct crit_stack_state State = {{0, 0}, 0, 0, 0, {0}, {0}, CRIT_LOG_UNKNOWN, 0, 0, {0, 0}, Imports};
  // Entries are for accesses through other registers.
  uint64_t Sp = Trap->Context[RspAt], Room = (T->Frame == ~0u ? 0 : T->Frame) + 65536ull;
  if (Lands && *(const uint64_t *)(Trap->Info + 4) - (Sp - Room) < 2 * Room)
    State.Written.Harmless = CRIT_HARMLESS_LOGGED;
  else if (Lands) {
    State.Written = Found->Written;
    State.Last = &Found->Last;
    storedState(&State, Found->Last.What != 0, Trap->Context);
  }
  Plan->Table = T;
  Plan->Sp = critStackFind(Trap->Context[RspAt], T, &State);
  Plan->Place = Lands ? at(&Found->Landing) : Pc;
  if (Lands && !Jumped && Plan->Sp == Trap->Context[RspAt])
    dropEntry(Trap, T, Plan->Place);
  // Between regions, where a checkpoint is written: the stack pointer was all
  // that was wrong, and what trapped on it has done nothing yet. Nor has a jump.
  return Plan->Sp && (Lands || Jumped ||
                      (T->Mark != -1 && Plan->Sp != Trap->Context[RspAt]));
}

const struct crit_func_record *
critTrapRecord(const struct crit_region_table *T) {
  return (const struct crit_func_record *)at(&T->Record);
}

int critTrapToCaller(const struct crit_trap *Trap,
                     const struct crit_ilr_imports *Imports, uint32_t Depth,
                     struct crit_trap_plan *Plan) {
  const struct crit_region_table *T = Plan->Table;
  const struct crit_region_entry *E =
      entryAt(T, (const char *)Trap->Context[RipAt]);
  uint64_t Sp = Plan->Sp, Return, Saved[RipAt];
  for (uint32_t I = 0; I != RipAt; ++I)
    Saved[I] = Trap->Context[I];
  for (; Depth; --Depth) {
    if (!E || !(E->Written.Harmless & CRIT_HARMLESS_CLEAN) || !readSaved(T, Sp, Saved) ||
        !critReadMemory(Sp + T->Frame, &Return, 8))
      return 0;
    Sp += T->Frame + 8ull;
    const struct crit_region_table *Caller =
        critTrapTable((const char *)Return - 1, Imports);
    const char *Call = (const char *)Return - 5;
    if (!Caller || *(const uint8_t *)Call != 0xe8 ||
        at((const int32_t *)(Call + 1)) + 4 != at(&T->Start) ||
        !critStackIsRight(Sp, Caller))
      return 0;
    T = Caller;
    E = entryAt(T, (const char *)Return - 1);
  }
  if (!E)
    return 0;
  for (uint32_t I = 0; I != RipAt; ++I)
    Trap->Context[I] = Saved[I];
  Plan->Table = T;
  Plan->Place = at(&E->Landing);
  Plan->Sp = Sp;
  return 1;
}

uint32_t critTrapTimes(struct crit_traps *Traps, uint64_t Place, int32_t Tid,
                       int64_t Time, int64_t *Since) {
  uint32_t At = 0;
  for (uint32_t I = 0; I != CRIT_TRAP_THREADS; ++I) {
    if (Traps->Last[I].Tid == Tid) {
      At = I;
      break;
    }
    if (Traps->Last[I].Time < Traps->Last[At].Time)
      At = I;
  }
  struct crit_last_trap *Last = &Traps->Last[At];
  *Since = Time - Last->Time;
  int Again = Last->Tid == Tid && Last->Place == Place && *Since < 1000000000;
  Last->Times = Again ? Last->Times + 1 : 0;
  Last->Tid = Tid;
  Last->Place = Place;
  Last->Time = Time;
  return Last->Times;
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
