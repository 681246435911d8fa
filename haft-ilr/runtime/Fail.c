//===- Fail.c - where a failed check goes ---------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Linked at Crit's build to one piece of position-independent code without
// relocations, writable data or calls to the outside, which
// haft-ilr/FailPath.cpp puts into every hardened module; one copy per ELF
// image survives. (As bitcode it took 50 ms to compile in each module.) Runs in
// any thread, in signal handlers, with or without libc, on little stack: what
// is large is in crit_ilr_state, which belongs to the one reporting thread.
//===----------------------------------------------------------------------===//
#include "Argument.h"
#include "Fail.h"
#include "Options.h"
#include "Process.h"
#include "Recover.h"
#include "Report.h"
#include "Rtm.h"
#include "StackPointer.h"
#include "Stats.h"
#include "Stored.h"
#include "Syscall.h"
#include "Trap.h"

enum { LineCapacity = 3584 }; // below PIPE_BUF, so that a write is one piece
enum { TrapsAgainWithin = 10000000 }; // nanoseconds

struct crit_ilr_state {
  uint64_t Owner; // pid and tid of the reporting thread
  uint32_t Stage; // what it has begun; never begun twice
  uint32_t NumOptionErrors;
  uint64_t OldSignals;
  struct crit_options Options;
  struct crit_event Event;
  struct crit_ilr_names Names; // its mapping is kept
  struct crit_stats_page *Page;
  struct crit_recoveries Recoveries;
  struct crit_traps Traps;
  char Line[LineCapacity];
  struct crit_ilr_vectors Vectors;
};

_Static_assert(sizeof(struct crit_ilr_state) <= CRIT_ILR_STATE_SIZE,
               "FailPath.cpp reserves too little");

enum { CRIT_RTM_AUTO, CRIT_RTM_OFF, CRIT_RTM_ON }; // option rtm
enum { StageNew, StageOptions, StageCount, StageHook, StagePrint, StageStop };

// Another thread reports: it ends the process or is done soon. Should it hang,
// the stop is still a stop.
static void waitForOther(uint32_t Round) {
  struct {
    int64_t Seconds, Nanoseconds;
  } Pause = {0, Round < 100 ? 10000 : 1000000};
  CRIT_SYSCALL(nanosleep, &Pause, 0, 0, 0);
  if (Round > 10000)
    critStopProcess();
}

static void readOptions(struct crit_ilr_state *S,
                        const struct crit_ilr_imports *Imports,
                        struct crit_text *Out) {
  critOptionsReset(&S->Options);
  if (Imports->DefaultOptions)
    critOptionsParse(&S->Options, Imports->DefaultOptions(),
                     "crit_default_options()", Out);
  const char *Environment = critFindOptions(
      Imports->Environ ? *Imports->Environ : 0, Imports->GetAuxVal);
  critOptionsParse(&S->Options, Environment, "CRIT_OPTIONS", Out);
  if (S->Options.help)
    critOptionsHelp(Out);
  S->Event.Action = (uint16_t)S->Options.on_stop;
}

// Calls the hook under a timer that kills the process: it may wait for a lock
// that the failed thread holds.
static void callHook(struct crit_ilr_state *S,
                     const struct crit_ilr_imports *Imports) {
  struct {
    uint64_t Value;
    int32_t Signal, Notify;
    uint64_t Rest[6];
  } Kill = {0, 9 /*SIGKILL*/, 0 /*SIGEV_SIGNAL*/, {0}};
  struct {
    uint64_t Interval[2], Seconds, Nanoseconds;
  } Limit = {{0, 0}, S->Options.hook_seconds, 0};
  int32_t Timer = -1;
  if (Limit.Seconds &&
      CRIT_SYSCALL(timer_create, 1 /*CLOCK_MONOTONIC*/, &Kill, &Timer, 0) == 0)
    CRIT_SYSCALL(timer_settime, Timer, 0, &Limit, 0);
  Imports->OnEvent(&S->Event);
  if (Timer >= 0)
    CRIT_SYSCALL(timer_delete, Timer, 0, 0, 0);
}

// Before the report: its reader may look at the counters at once.
static void count(struct crit_ilr_state *S, enum crit_counter Counter,
                  struct crit_text *Out) {
  struct crit_stats_event Event;
  struct crit_stats_page *Page = S->Page;
  if (!S->Options.stats[0] ||
      (!Page && !(Page = critStatsOpen(S->Options.stats, Out))))
    return;
  S->Page = Page;
  Event.Counter = Counter;
  Event.Core = S->Event.Core;
  Event.Time = S->Event.Time;
  Event.Module = -1;
  Event.Offset = (uint64_t)S->Event.Code;
  if (S->Names.Mapping.Start && S->Names.Mapping.Path[0] == '/') {
    Event.Module = critStatsModule(Page, S->Names.Mapping.Path);
    if (Event.Module >= 0)
      Event.Offset -= S->Names.Mapping.Start;
  }
  Event.Bits = S->Event.Bits;
  Event.Words = 8;
  critStatsEvent(Page, &Event);
}

static void printReport(struct crit_ilr_state *S, struct crit_text *Out) {
  if (!S->Options.quiet) {
    critIlrPrint(Out, &S->Event);
    critWriteAll(2, Out);
  }
  if (!S->Options.log[0])
    return;
  // O_NONBLOCK: a FIFO without reader must not block the stop.
  int64_t Fd =
      CRIT_SYSCALL(open, S->Options.log,
                   01 | 0100 | 02000 | 04000 | 0400 | 02000000, 0644, 0);
  if (Fd < 0) {
    critTextPut(Out, "crit: CRIT_OPTIONS: cannot open log '");
    critTextName(Out, S->Options.log, CRIT_PATH_MAX);
    critTextPut(Out, "' (errno ");
    critTextDec(Out, -Fd);
    critTextPut(Out, ")\n");
    critWriteAll(2, Out);
    return;
  }
  critIlrPrintJson(Out, &S->Event);
  critWriteAll(Fd, Out);
  CRIT_SYSCALL(close, Fd, 0, 0, 0);
}

// By hand: the compiler would call memcpy and memset, which may not be there.
static void copy(void *To, const void *From, uint64_t Bytes) {
  __asm__ volatile("rep movsb" : "+D"(To), "+S"(From), "+c"(Bytes)::"memory");
}

static void clear(void *To, uint64_t Bytes) {
  __asm__ volatile("rep stosb" : "+D"(To), "+c"(Bytes) : "a"(0) : "memory");
}

// on_stop=hook: the program carries on elsewhere, and a later mismatch is an
// event of its own; the hook gets copies that one cannot overwrite.
static _Noreturn void handOver(struct crit_ilr_state *S,
                               const struct crit_ilr_imports *Imports) {
  uint64_t Signals = S->OldSignals;
  struct crit_ilr_names Names;
  struct crit_event Event;
  copy(&Names, &S->Names, sizeof(Names));
  copy(&Event, &S->Event, sizeof(Event));
  Event.Check = Names.Check;
  Event.MasterName = Names.Master;
  Event.ShadowName = Names.Shadow;
  if (*Event.Module)
    Event.Module = Names.Mapping.Path;
  S->Stage = StageNew;
  __atomic_store_n(&S->Owner, 0, __ATOMIC_RELEASE);
  critSetSignals(Signals, 0);
  Imports->OnEvent(&Event);
  critStopProcess();
}

// Becomes the reporting thread. Returns whether this
// thread already is: then a step of the report failed a check itself and is
// left out.
static int claim(struct crit_ilr_state *S, uint64_t OldSignals) {
  uint64_t Pid = (uint64_t)CRIT_SYSCALL(getpid, 0, 0, 0, 0);
  uint64_t Me = Pid << 32 | (uint64_t)CRIT_SYSCALL(gettid, 0, 0, 0, 0);
  uint64_t Owner = 0;
  uint32_t Round = 0;
  while (!__atomic_compare_exchange_n(&S->Owner, &Owner, Me, 0,
                                      __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)) {
    if (Owner == Me)
      return 1;
    if (Owner && Owner >> 32 == Pid) {
      waitForOther(++Round);
      Owner = 0;
      continue;
    }
    S->Stage = StageNew; // forked off during a report
  }
  S->OldSignals = OldSignals;
  return 0;
}

static void done(struct crit_ilr_state *S, uint64_t Signals) {
  S->Stage = StageNew;
  __atomic_store_n(&S->Owner, 0, __ATOMIC_RELEASE);
  critSetSignals(Signals, 0);
}

// Whether this mismatch is repaired by computing again; then it is reported
// and the state is free for the next.
static int recover(struct crit_ilr_state *S, struct crit_ilr_frame *Frame,
                   const struct crit_ilr_imports *Imports,
                   struct crit_text *Out) {
  int32_t Suspect = -1;
  struct crit_stack_state State = {{0, 0}, 0, 0, 0, {0}, {0}, CRIT_LOG_UNKNOWN, 0, 0, {0, 0}, 0};
  const struct crit_region_table *Table =
      critTrapTable((const char *)Frame->Resume, Imports);
  uint64_t Sp = critStackFind((uint64_t)(Frame + 1) + 128, Table, &State);
  if (!Sp || !critNothingAstray(Frame, Table, Sp))
    return 0;
  // delta looks for cores that are wrong every time: no second try on one, whichever
  // check it is.
  int Delta = S->Event.Technique == CRIT_TECHNIQUE_DELTA;
  if (!critMayRecover(&S->Recoveries, &S->Options,
                      Delta ? 0 : S->Options.retries, S->Event.Tid,
                      S->Event.Core, S->Event.Time, Frame->Resume,
                      Delta ? 0 : (uint64_t)Frame->Record + (uint64_t)Frame->Index,
                      &Suspect))
    return 0;
  uint64_t Signals = S->OldSignals;
  S->Event.Action = CRIT_ACTION_RECOVER;
  count(S, CRIT_COUNTER_Recovered, Out);
  if (S->Page)
    critStatsAdd(S->Page, CRIT_COUNTER_Retries, 1);
  if (Suspect >= 0) {
    count(S, CRIT_COUNTER_Migrations, Out);
    count(S, CRIT_COUNTER_SuspectCores, Out);
    critTextPut(Out, Delta ? "crit: delta: core " : "crit: haft: core ");
    critTextDec(Out, Suspect);
    critTextPut(Out, " is suspect: thread ");
    critTextDec(Out, S->Event.Tid);
    critTextPut(Out, " moved away\n");
  }
  if (Out->Length)
    critWriteAll(2, Out);
  if (Imports->OnEvent && S->Options.on_stop != CRIT_ACTION_HOOK)
    Imports->OnEvent(&S->Event);
  if (S->Recoveries.Total <= S->Options.report_limit)
    printReport(S, Out);
  Frame->Record = (const struct crit_func_record *)Sp;
  done(S, Signals);
  return 1;
}

// A hardware trap in code that can compute again, for the first time.
static int recoverTrap(struct crit_ilr_state *S,
                       const struct crit_trap *Trap,
                       struct crit_trap_plan *Plan,
                       const struct crit_ilr_imports *Imports) {
  struct crit_ilr_frame Frame;
  struct crit_text Out;
  uint64_t OldSignals = 0;
  critSetSignals(~0ull, &OldSignals);
  Out.Data = S->Line;
  Out.Length = 0;
  Out.Capacity = LineCapacity;
  if (claim(S, OldSignals))
    return 0;
  clear(&S->Event, sizeof(S->Event));
  clear(&S->Names, sizeof(S->Names) - sizeof(S->Names.Mapping));
  Frame.Record = critTrapRecord(Plan->Table);
  Frame.Index = -1;
  critIlrDescribe(&Frame, Imports->ImageStart, &S->Vectors, &S->Names,
                  &S->Event);
  critTrapName(Trap, Plan->Refused != 0, S->Names.Check);
  readOptions(S, Imports, &Out);
  uint64_t At = Plan->Refused ? (uint64_t)Plan->Place
                              : Trap->Context[CRIT_CONTEXT_RIP];
  int64_t Since;
  uint32_t Times = critTrapTimes(&S->Traps, At, S->Event.Tid, S->Event.Time, &Since);
  int Yes = S->Options.traps && (S->Options.retries || !Plan->Refused) &&
            (!Times || (!Plan->Refused && Times <= CRIT_TRAP_DEPTH));
  if (Plan->Abroad)
    Yes = Yes && !Times && critArgumentAbroad(Trap, Imports, CRIT_TRAP_DEPTH, Plan);
  // What has been made again traps at once, or the first time was another fault.
  else if (Yes && Times)
    Yes = (Times == 1 && critArgumentRepair(Trap, Imports, CRIT_TRAP_DEPTH, Plan)) ||
          critTrapToCaller(Trap, Imports, Times, Plan) || Since > TrapsAgainWithin;
  // The code of a failed check that goes on where it is reports that itself.
  if (Yes && Plan->Place != Plan->Refused) {
    ++S->Recoveries.Total;
    S->Event.Action = CRIT_ACTION_RECOVER;
    count(S, CRIT_COUNTER_TrapsRecovered, &Out);
    if (Imports->OnEvent && S->Options.on_stop != CRIT_ACTION_HOOK)
      Imports->OnEvent(&S->Event);
    if (S->Recoveries.Total <= S->Options.report_limit)
      printReport(S, &Out);
  }
  done(S, OldSignals);
  return Yes;
}

// Chooses between hardware transactions and software alone, once.
static void startTransactions(struct crit_ilr_state *S,
                              const struct crit_ilr_imports *Imports) {
  struct crit_tx_control *Control = Imports->Transactions;
  if (!Control)
    return;
  struct crit_text Out = {S->Line, 0, LineCapacity};
  readOptions(S, Imports, &Out);
  Out.Length = 0; // wrong options are reported with the first event
  if (S->Options.stats[0] && !S->Page)
    S->Page = critStatsOpen(S->Options.stats, &Out);
  critWriteAll(2, &Out);
  enum crit_rtm Found = critRtmFind(Imports->Standin);
  if (Found != CRIT_RTM_USABLE) {
    if (S->Options.rtm == CRIT_RTM_ON) {
      critTextPut(&Out, "crit: CRIT_OPTIONS: rtm=on, but this CPU ");
      critTextPut(&Out, Found == CRIT_RTM_NONE
                            ? "has no hardware transactions (RTM)"
                            : "aborts every hardware transaction");
      critTextPut(&Out, "; drop it or use rtm=auto\n");
      critWriteAll(2, &Out);
      CRIT_SYSCALL(exit_group, 2, 0, 0, 0);
    }
    if (S->Page && S->Options.rtm != CRIT_RTM_OFF && Found == CRIT_RTM_DISABLED)
      critStatsAdd(S->Page, CRIT_COUNTER_RtmDisabled, 1);
    if (S->Page && S->Options.rtm != CRIT_RTM_OFF && Found == CRIT_RTM_NONE &&
        Control->Asked)
      critStatsAdd(S->Page, CRIT_COUNTER_RtmUnavailable, 1);
    return;
  }
  if (S->Options.rtm == CRIT_RTM_OFF || !S->Options.rtm_tries)
    return;
  uint32_t Length = S->Options.rtm_length;
  Control->Length = Length > 1u << 30 ? 1u << 30 : Length;
  Control->Tries = S->Options.rtm_tries;
  Control->Counters = S->Page ? S->Page->Counters : 0;
  Control->Mode = CRIT_TX_RTM;
  if (Imports->Standin) {
    Control->Begin = Imports->Standin->Begin;
    Control->End = Imports->Standin->End;
    Control->Abort = Imports->Standin->Abort;
    Control->Mode = CRIT_TX_STANDIN;
  }
}

/// Start of the piece of code, called by the entry in FailPath.cpp.
/// Frame is what Why says: of a failed check, a struct crit_trap, or the signal
/// handler to install. Returns when the program may go on; for a trap, whose
/// handler does that (null: nobody).
__attribute__((section(".text.first"))) const void *
critIlrFail(const struct crit_ilr_frame *Frame,
            const struct crit_ilr_imports *Imports, struct crit_ilr_state *S,
            uint32_t Why) {
  if (Why == CRIT_ENTRY_START) {
    critTrapInstall(&S->Traps, Imports, (const void *)Frame);
    startTransactions(S, Imports);
    return 0;
  }
  if (Why == CRIT_ENTRY_TRAP) {
    const struct crit_trap *Trap = (const struct crit_trap *)Frame;
    struct crit_trap_plan Plan;
    if ((critTrapPlan(Trap, Imports, &Plan) &&
         recoverTrap(S, Trap, &Plan, Imports))) {
      critTrapResume(Trap, &Plan);
      return 0;
    }
    if (Plan.Refused) { // stops
      Plan.Place = Plan.Refused;
      Plan.Sp = Trap->Context[CRIT_CONTEXT_RSP];
      critTrapResume(Trap, &Plan);
      return 0;
    }
    return critTrapPass(&S->Traps, Trap, Imports);
  }
  uint64_t OldSignals = 0;
  critSetSignals(~0ull, &OldSignals);
  struct crit_text Out;
  Out.Data = S->Line;
  Out.Length = 0;
  Out.Capacity = LineCapacity;
  if (!claim(S, OldSignals)) {
    clear(&S->Event, sizeof(S->Event));
    clear(&S->Names, sizeof(S->Names) - sizeof(S->Names.Mapping));
    critIlrSaveVectors(&S->Vectors);
    critIlrDescribe(Frame, Imports->ImageStart, &S->Vectors, &S->Names,
                    &S->Event);
  }
  if (S->Stage < StageOptions) {
    S->Stage = StageOptions;
    readOptions(S, Imports, &Out);
  }
  if (S->Stage < StageCount && (Frame->Index & CRIT_SITE_RECOVERABLE) &&
      recover(S, (struct crit_ilr_frame *)Frame, Imports, &Out))
    return 0;
  if (S->Stage < StageCount) {
    S->Stage = StageCount;
    count(S, CRIT_COUNTER_Stopped, &Out);
  }
  if (S->Stage < StageHook) {
    S->Stage = StageHook;
    if (Out.Length)
      critWriteAll(2, &Out);
    if (!Imports->OnEvent)
      S->Event.Action = S->Event.Action == CRIT_ACTION_ABORT ? CRIT_ACTION_ABORT
                                                             : CRIT_ACTION_EXIT;
    else if (S->Event.Action != CRIT_ACTION_HOOK)
      callHook(S, Imports);
  }
  if (S->Stage < StagePrint) {
    S->Stage = StagePrint;
    printReport(S, &Out);
  }
  if (S->Event.Action == CRIT_ACTION_HOOK)
    handOver(S, Imports);
  if (S->Event.Action == CRIT_ACTION_ABORT)
    critAbortProcess();
  critStopProcess();
}
