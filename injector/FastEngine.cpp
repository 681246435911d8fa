//===- FastEngine.cpp - injection by counters in the program --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "FastEngine.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <sys/ptrace.h>
#include <sys/wait.h>

namespace crit::inject {

/// Larger than any run, with a zero top byte (see BlockCounterPass.cpp).
constexpr uint64_t NeverExpires = uint64_t(1) << 55;
/// Below this, single steps are cheaper than a breakpoint.
constexpr unsigned FewSteps = 2;

FastEngine::Run FastEngine::begin(const MemFile &Out,
                                  const MemFile &Err) const {
  if (!Code.counter())
    throw InputError(Options.Args[0] +
                     ": has no counters; build it with crit-clang "
                     "-fcrit-inject, or use --reference");
  Run R;
  R.P = start(Out, Err);
  R.P.traceExit();
  R.P.runToEntry();
  R.Bias = R.P.loadBias(Image.entry());
  R.Counter = Code.counter() + R.Bias;
  return R;
}

/// Continues natively to the next stop that is not a mere signal.
void FastEngine::resumeUntilStop(Run &R) {
  int Signal = 0;
  while (true) {
    R.P.resume(Signal);
    if (waitpid(R.P.pid(), &R.Status, __WALL) < 0)
      throw std::runtime_error("waitpid failed");
    if (!WIFSTOPPED(R.Status)) {
      R.Ended = true;
      return;
    }
    int Event = R.Status >> 16;
    if (Event == PTRACE_EVENT_EXIT) {
      R.Ended = true;
      return;
    }
    R.P.refuseThreads(R.Status);
    Signal = WSTOPSIG(R.Status);
    if (Signal == SIGTRAP)
      return;
  }
}

Exposure FastEngine::count(const Hooks &H) {
  Pinning Pin;
  MemFile Out("count-out"), Err("count-err");
  Run R = begin(Out, Err);
  KillOnExit Guard{R.P};
  R.P.poke(R.Counter, NeverExpires);
  resumeUntilStop(R);
  if (!R.Ended || !WIFSTOPPED(R.Status))
    throw InputError(Options.Args[0] + ": stops at a trap of its own");
  Exposure E;
  E.InScope = NeverExpires - R.P.peek(R.Counter);
  E.Eligible = E.InScope;
  R.P.resume(0);
  int Status;
  if (waitpid(R.P.pid(), &Status, __WALL) < 0)
    throw std::runtime_error("waitpid failed");
  Guard.Armed = false;
  if (!WIFEXITED(Status) || WEXITSTATUS(Status) != Golden.End.ExitCode ||
      Out.contents() != Golden.End.Stdout)
    throw InputError(Options.Args[0] +
                     ": not deterministic (its output changes when counted)");
  if (E.Eligible == 0)
    throw InputError(Options.Args[0] + ": executes no counted instruction");
  return E;
}

/// Runs natively into the piece of code that holds Instant.
void FastEngine::enterPiece(Run &R, uint64_t Instant) {
  R.P.poke(R.Counter, Instant - R.PieceEnd);
  resumeUntilStop(R);
  if (R.Ended)
    return;
  // int3; jmp; .long n
  uint64_t At = R.P.pc();
  uint8_t Stub[16];
  for (unsigned I = 0; I < 2; ++I) {
    uint64_t W = R.P.peek(At + 8 * I);
    std::memcpy(Stub + 8 * I, &W, 8);
  }
  unsigned Jump = Stub[0] == 0xeb ? 2 : Stub[0] == 0xe9 ? 5 : 0;
  int64_t Now = static_cast<int64_t>(R.P.peek(R.Counter));
  if (!Jump || Now >= 0)
    throw InputError(Options.Args[0] + ": stops at a trap of its own");
  uint32_t N;
  std::memcpy(&N, Stub + Jump, 4);
  uint64_t Before = static_cast<uint64_t>(Now + static_cast<int64_t>(N));
  R.PieceBegin = Instant - Before;
  R.PieceEnd = R.PieceBegin + N;
  R.Done = R.PieceBegin;
  R.Left = false;
  int Status, StopSignal;
  if (!R.P.step(0, Status, StopSignal)) // the jump
    throw std::runtime_error("the program ended in a counter stub");
  // With live flags: movq counter+8(%rip), %rcx.
  if (Code.isCounterRestore(R.P.pc() - R.Bias))
    R.P.step(0, Status, StopSignal);
}

/// Executes one instruction; false when the program has left the piece.
bool FastEngine::stepOne(Run &R) {
  uint64_t PC = R.P.pc();
  const Instruction *I = Code.decode(PC - R.Bias);
  bool Rep = I && I->IsRep;
  int Signal = 0;
  do {
    int Stop;
    if (!R.P.step(Signal, R.Status, Stop) ||
        R.Status >> 16 == PTRACE_EVENT_EXIT) {
      R.Ended = true;
      return false;
    }
    Signal = Stop;
  } while (Signal || (Rep && R.P.pc() == PC));
  ++R.Done;
  return !Code.isCounterSite(R.P.pc() - R.Bias);
}

/// Runs straight-line code natively up to Address.
void FastEngine::runTo(Run &R, uint64_t Address) {
  uint64_t Old = R.P.peek(Address);
  R.P.poke(Address, (Old & ~0xffull) | 0xcc);
  resumeUntilStop(R);
  if (R.Ended)
    return;
  R.P.poke(Address, Old);
  user_regs_struct Regs = R.P.regs();
  if (Regs.rip != Address + 1)
    throw InputError(Options.Args[0] + ": stops at a trap of its own");
  Regs.rip = Address;
  Regs.orig_rax = ~0ull;
  R.P.setRegs(Regs);
}

bool FastEngine::advance(Run &R, uint64_t Instant) {
  if (Instant >= R.PieceEnd) {
    enterPiece(R, Instant);
    if (R.Ended)
      return false;
  }
  while (!R.Left && R.Done < Instant) {
    // As far as the code is straight.
    uint64_t From = R.P.pc(), At = From;
    unsigned N = 0;
    while (R.Done + N < Instant) {
      const Instruction *I = Code.decode(At - R.Bias);
      if (!I || I->IsRep || I->isControlFlow() ||
          Code.isCounterSite(At - R.Bias))
        break;
      At += I->Length;
      ++N;
    }
    if (N > FewSteps) {
      runTo(R, At);
      R.Done += N;
    } else if (!stepOne(R)) {
      R.Left = true;
    }
    if (R.Ended)
      return false;
  }
  return !R.Left;
}

std::vector<uint64_t>
FastEngine::locate(const std::vector<uint64_t> &Instants) {
  Pinning Pin;
  MemFile Out("locate-out"), Err("locate-err");
  Run R = begin(Out, Err);
  KillOnExit Guard{R.P};
  std::vector<uint64_t> Where;
  for (uint64_t Instant : Instants) {
    const Instruction *I =
        !R.Ended && advance(R, Instant) ? Code.at(R.P.pc() - R.Bias) : nullptr;
    Where.push_back(I && eligible(Options.FaultModel, *I) ? I->PC : 0);
  }
  return Where;
}

bool FastEngine::pass(const std::vector<Planned> &Plan, Children &Kids,
                      const Exposure &Counts, std::vector<Planned> &Rejected,
                      const Results &To) {
  MemFile Out("parent-out"), Err("parent-err");
  Run R = begin(Out, Err);
  KillOnExit Guard{R.P};
  Kids.limitByCounter(
      R.Counter,
      std::min<uint64_t>(
          NeverExpires,
          uint64_t(Options.HangFactor * double(Counts.Eligible)) + 1000000));
  unsigned N = 0;
  for (const Planned &F : Plan) {
    bool There = advance(R, F.Instant);
    if (R.Ended)
      otherPath(R.PieceEnd, Counts.Eligible);
    const Instruction *I = There ? Code.at(R.P.pc() - R.Bias) : nullptr;
    if (I && eligible(Options.FaultModel, *I))
      launch(R.P, F, *I, Kids, Out, Err);
    else
      Rejected.push_back(F);
    Kids.poll();
    if (++N % 32 == 0)
      To.report();
    if (To.interrupted())
      return false;
  }
  return true;
}

bool FastEngine::injectAll(std::vector<Planned> Plan, const Exposure &Counts,
                           Results &To) {
  Pinning Pin;
  Children Kids(Options.Jobs, Golden, cpuLimit(), Pin.All,
                [&](FaultRecord &&R) { To.add(std::move(R)); });
  bool Complete = true;
  // Each round leaves the share that is no fault site; a program where it is
  // nearly all of them would otherwise never end.
  for (unsigned Round = 0; !Plan.empty() && Complete; ++Round) {
    if (Round == 1000)
      throw InputError(Options.Args[0] +
                       ": hardly any counted instruction is in scope; widen "
                       "--funcs, or use --reference");
    sortByInstant(Plan);
    std::vector<Planned> Rejected;
    Complete = pass(Plan, Kids, Counts, Rejected, To);
    for (Planned &F : Rejected)
      F.Instant = drawInstant(Options.Seed, F.Id, Counts.Eligible, ++F.Attempt);
    Plan = std::move(Rejected);
  }
  Kids.waitAll();
  return Complete;
}

Process FastEngine::stopAt(const Planned &F, const MemFile &Out,
                           const MemFile &Err, FaultRecord &Record) {
  Pinning Pin;
  Run R = begin(Out, Err);
  KillOnExit Guard{R.P};
  const Instruction *I =
      advance(R, F.Instant) ? Code.at(R.P.pc() - R.Bias) : nullptr;
  if (!I || !eligible(Options.FaultModel, *I))
    throw InputError(Options.Args[0] + ": does not execute instruction " +
                     std::to_string(F.Instant) +
                     ": not the program of the campaign");
  R.P.poke(R.Counter, NeverExpires);
  int Signal;
  Record = strike(R.P, F, *I, Signal);
  sched_setaffinity(R.P.pid(), sizeof Pin.All, &Pin.All);
  Guard.Armed = false;
  return R.P;
}

} // namespace crit::inject
