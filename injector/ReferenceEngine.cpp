//===- ReferenceEngine.cpp - stepping injection, any binary ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ReferenceEngine.h"

#include <algorithm>
#include <sys/wait.h>

namespace crit::inject {

/// Calls Visit(const Instruction *) before each instruction; null when out of
/// scope or when it is a further iteration of a rep. Visit returns false to
/// stop. Returns true when the process ended by itself.
template <typename Visitor>
bool ReferenceEngine::walk(Process &P, int &Status, Visitor &&Visit) {
  uint64_t Bias = P.loadBias(Image.entry());
  uint64_t PrevPC = ~0ull;
  int Signal = 0;
  while (true) {
    uint64_t PC = P.pc();
    const Instruction *I = Code.at(PC - Bias);
    if (I && PC == PrevPC && I->IsRep)
      I = nullptr;
    if (!Visit(I))
      return false;
    PrevPC = PC;
    int StopSignal;
    if (!P.step(Signal, Status, StopSignal))
      return true;
    Signal = StopSignal;
  }
}

Exposure ReferenceEngine::count(const Hooks &H) {
  Pinning Pin;
  MemFile Out("count-out"), Err("count-err");
  Process P = start(Out, Err);
  KillOnExit Guard{P};
  P.runToEntry();
  Exposure E;
  Progress Prog;
  Prog.Phase = "counting";
  int Status = 0;
  bool Ended = walk(P, Status, [&](const Instruction *I) {
    ++E.Stepped;
    if (I) {
      ++E.InScope;
      E.Eligible += eligible(Options.FaultModel, *I);
    }
    if (E.Stepped % 16384 == 0) {
      Prog.Done = E.Stepped;
      H.report(Prog);
      return !H.interrupted();
    }
    return true;
  });
  if (!Ended)
    throw InputError("interrupted while counting instructions");
  Guard.Armed = false;
  if (!WIFEXITED(Status) || WEXITSTATUS(Status) != Golden.End.ExitCode ||
      Out.contents() != Golden.End.Stdout)
    throw InputError(Options.Args[0] +
                     ": behaves differently when single-stepped (output or "
                     "exit status differ from the native run)");
  if (E.Eligible == 0)
    throw InputError(Options.Args[0] +
                     ": executes no instruction in scope; check --funcs, or "
                     "the arguments of the program");
  return E;
}

Process ReferenceEngine::stopAt(const Planned &F, const MemFile &Out,
                                const MemFile &Err, FaultRecord &Record) {
  Pinning Pin;
  Process P = start(Out, Err);
  KillOnExit Guard{P};
  P.runToEntry();
  uint64_t Instant = 0;
  int Status = 0;
  bool Ended = walk(P, Status, [&](const Instruction *I) {
    if (!I || !eligible(Options.FaultModel, *I) || Instant++ != F.Instant)
      return true;
    int Signal;
    Record = strike(P, F, *I, Signal);
    return false;
  });
  Guard.Armed = false;
  if (Ended)
    throw InputError(Options.Args[0] + ": ended before instruction " +
                     std::to_string(F.Instant) +
                     " in scope: not the program of the campaign");
  sched_setaffinity(P.pid(), sizeof Pin.All, &Pin.All);
  return P;
}

std::vector<uint64_t>
ReferenceEngine::locate(const std::vector<uint64_t> &Instants) {
  Pinning Pin;
  MemFile Out("locate-out"), Err("locate-err");
  Process P = start(Out, Err);
  KillOnExit Guard{P};
  P.runToEntry();
  std::vector<uint64_t> Where;
  uint64_t Instant = 0;
  int Status = 0;
  Guard.Armed = !walk(P, Status, [&](const Instruction *I) {
    if (!I || !eligible(Options.FaultModel, *I))
      return true;
    while (Where.size() < Instants.size() && Instants[Where.size()] == Instant)
      Where.push_back(I->PC);
    ++Instant;
    return Where.size() < Instants.size();
  });
  Where.resize(Instants.size(), 0);
  return Where;
}

bool ReferenceEngine::injectAll(std::vector<Planned> Plan,
                                const Exposure &Counts, Results &To) {
  sortByInstant(Plan);
  Pinning Pin;
  Children Kids(Options.Jobs, Golden, cpuLimit(), Pin.All,
                [&](FaultRecord &&R) { To.add(std::move(R)); });
  MemFile Out("parent-out"), Err("parent-err");
  Process P = start(Out, Err);
  KillOnExit Guard{P};
  P.runToEntry();

  uint64_t Instant = 0, Steps = 0;
  size_t Next = 0;
  int Status = 0;
  bool Interrupted = false;
  bool Ended = walk(P, Status, [&](const Instruction *I) {
    if (++Steps % 64 == 0) {
      Kids.poll();
      if (Steps % 4096 == 0)
        To.report();
      if ((Interrupted = To.interrupted()))
        return false;
    }
    if (!I || !eligible(Options.FaultModel, *I))
      return true;
    for (; Next < Plan.size() && Plan[Next].Instant == Instant; ++Next)
      launch(P, Plan[Next], *I, Kids, Out, Err);
    ++Instant;
    return Next < Plan.size();
  });
  if (Ended) {
    Guard.Armed = false;
    otherPath(Instant, Counts.Eligible);
  }
  Kids.waitAll();
  return !Interrupted;
}

} // namespace crit::inject
