//===- PermanentEngine.cpp - every execution of an operation wrong --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "PermanentEngine.h"

#include <algorithm>
#include <cstddef>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace crit::inject {

constexpr int64_t NoBudget = int64_t(1) << 62;
static_assert(offsetof(CritFault, Budget) == 0);

static const uint8_t *bytes(const CritFault &F) {
  return reinterpret_cast<const uint8_t *>(&F);
}

Process PermanentEngine::rewritten(unsigned Unit, const MemFile &Out,
                                   const MemFile &Err, uint64_t &FaultAddress) {
  if (Code.counter())
    throw InputError(Options.Args[0] +
                     ": has counters, which a broken unit would break too; "
                     "build it without -fcrit-inject for permanent faults");
  Process P = start(Out, Err);
  KillOnExit Guard{P};
  P.runToEntry();
  Translation T =
      translate(Image, Code, P.loadBias(Image.entry()), 1u << Unit);
  int64_t At = P.syscall(SYS_mmap, T.Area, T.Bytes.size(),
                         PROT_READ | PROT_WRITE | PROT_EXEC,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
                         ~0ull, 0);
  if (At != static_cast<int64_t>(T.Area))
    throw std::runtime_error("no room in the program for rewritten code");
  P.write(T.Area, T.Bytes.data(), T.Bytes.size());
  CritFault None{};
  None.Budget = NoBudget;
  None.Thread = None.Core = -1;
  P.write(T.FaultAddress, bytes(None), sizeof None);
  for (const Translation::Patch &Patch : T.Patches)
    P.write(Patch.Address, Patch.Bytes.data(), Patch.Bytes.size());
  // Faulty stores of the program must not reach code.
  P.syscall(SYS_mprotect, T.CodeAddress,
            T.Bytes.size() - (T.CodeAddress - T.Area), PROT_READ | PROT_EXEC);
  FaultAddress = T.FaultAddress;
  Guard.Armed = false;
  return P;
}

void PermanentEngine::measure(Template &T, unsigned Unit, const MemFile &Out,
                              const MemFile &Err) {
  CritFault F{};
  F.Budget = NoBudget;
  F.Thread = F.Core = -1;
  F.Unit = Unit;
  F.Recording = 1;
  F.Random = Options.Seed;
  T.P.write(T.FaultAddress, bytes(F), sizeof F);
  T.P.traceExit();
  int Status = 0, Signal = 0;
  while (true) {
    T.P.resume(Signal);
    if (waitpid(T.P.pid(), &Status, __WALL) < 0)
      throw std::runtime_error("waitpid failed");
    if (!WIFSTOPPED(Status) || Status >> 16 == PTRACE_EVENT_EXIT)
      break;
    // Threads run untraced.
    unsigned long New = 0;
    if (Status >> 16 == PTRACE_EVENT_CLONE) {
      ptrace(PTRACE_GETEVENTMSG, T.P.pid(), nullptr, &New);
      int S;
      waitpid(static_cast<pid_t>(New), &S, __WALL);
      ptrace(PTRACE_DETACH, static_cast<pid_t>(New), nullptr, nullptr);
    }
    Signal = Status >> 16 || WSTOPSIG(Status) == SIGTRAP ? 0 : WSTOPSIG(Status);
    if (WSTOPSIG(Status) == SIGTRAP && !(Status >> 16))
      throw InputError(Options.Args[0] +
                       ": its code cannot be rewritten for permanent faults: "
                       "it was entered at an address that is no function "
                       "(exceptions are not supported); narrow --funcs");
  }
  if (WIFSTOPPED(Status)) {
    T.P.read(T.FaultAddress, &T.Baseline, sizeof T.Baseline);
    T.CpuSeconds = cpuSeconds(T.P.pid());
    T.P.resume(0);
    waitpid(T.P.pid(), &Status, __WALL);
  }
  if (!WIFEXITED(Status) || WEXITSTATUS(Status) != Golden.End.ExitCode ||
      Out.contents() != Golden.End.Stdout)
    throw InputError(Options.Args[0] + ": behaves differently when its " +
                     unitName(Unit) +
                     " operations are rewritten, without any fault (" +
                     (WIFSIGNALED(Status) ? "signal " +
                                                std::to_string(WTERMSIG(Status))
                                          : "other output or exit status") +
                     "); exceptions are not supported, narrow --funcs. "
                     "stderr: " +
                     Err.contents().substr(0, 300));
}

void PermanentEngine::measureAll(const Hooks &H) {
  if (Known)
    return;
  std::vector<UnitKind> Chosen = chosenFaults(Options.Permanent);
  Progress Prog;
  Prog.Phase = "rewriting";
  Prog.Total = CRIT_NUM_UNITS;
  for (unsigned U = 0; U < CRIT_NUM_UNITS; ++U) {
    Prog.Done = U;
    H.report(Prog);
    if (std::none_of(Chosen.begin(), Chosen.end(),
                     [&](const UnitKind &K) { return K.Unit == U; }))
      continue;
    MemFile Out("base-out"), Err("base-err");
    Template T;
    T.P = rewritten(U, Out, Err, T.FaultAddress);
    KillOnExit Guard{T.P};
    measure(T, U, Out, Err);
    Guard.Armed = false;
    Units[U] = {T.Baseline, T.CpuSeconds};
  }
  for (const UnitKind &K : Chosen)
    if (Units[K.Unit].Baseline.Count)
      Faults.push_back(K);
  if (Faults.empty())
    throw InputError(Options.Args[0] +
                     ": executes no instruction of the chosen units in scope");
  Known = true;
}

Exposure PermanentEngine::count(const Hooks &H) {
  Pinning Pin;
  measureAll(H);
  Exposure E;
  for (const auto &U : Units)
    E.Eligible += U.second.Baseline.Count;
  E.InScope = E.Eligible;
  return E;
}

FaultRecord PermanentEngine::describe(const Planned &P,
                                      const CritFault &F) const {
  FaultRecord R;
  R.Id = P.Id;
  R.Instant = F.First;
  R.Where = Options.Scope.Functions.empty() ? "(all functions)"
                                            : Options.Scope.Functions;
  R.Function = R.Where;
  R.Text = describeUnitFault(F);
  R.Class = unitName(F.Unit);
  R.RegKind = kindName(F.Kind);
  R.Opcode = R.Class + "/" + R.RegKind;
  R.Register = R.Class;
  R.Bit = F.Bit;
  R.Width = 64;
  return R;
}

bool PermanentEngine::injectUnit(unsigned Unit,
                                 const std::vector<Planned> &Plan,
                                 Results &To) {
  cpu_set_t Cpus;
  CPU_ZERO(&Cpus);
  sched_getaffinity(0, sizeof Cpus, &Cpus);
  Pinning Pin;
  const Measured &M = Units[Unit];
  double CpuLimit = std::max(Options.HangMinimum,
                             Options.HangFactor * std::max(M.CpuSeconds,
                                                           Golden.CpuSeconds));
  // What is counted must outlive the copy.
  std::vector<MemFile> Counts;
  for (unsigned I = 0; I < Options.Jobs; ++I)
    Counts.emplace_back("fault-state", true);
  std::map<uint64_t, unsigned> SlotOf;
  Children Kids(Options.Jobs, Golden, CpuLimit, Pin.All, [&](FaultRecord &&R) {
    CritFault F;
    if (pread(Counts[SlotOf[R.Id]].fd(), &F, sizeof F, 0) == sizeof F) {
      R.Old = F.Hits;
      R.New = F.Active;
    }
    SlotOf.erase(R.Id);
    R.Access = R.New ? "active" : "idle";
    To.add(std::move(R));
  });
  MemFile Out("parent-out"), Err("parent-err");
  uint64_t FaultAddress;
  Process P = rewritten(Unit, Out, Err, FaultAddress);
  KillOnExit Guard{P};
  Kids.limitByCounter(FaultAddress,
                      uint64_t(Options.HangFactor * double(M.Baseline.Hits)) +
                          1000000);
  constexpr uint64_t StateBytes = (sizeof(CritFault) + 4095) & ~4095ull;
  for (const Planned &F : Plan) {
    Random R(Options.Seed, 2 * F.Id + 1);
    CritFault Fault = drawUnitFault(Options.Permanent,
                                    Faults[F.Id % Faults.size()], M.Baseline, R);
    unsigned Slot = Kids.acquire(Out, Err);
    Process Copy = P.fork();
    KillOnExit CopyGuard{Copy};
    Kids.connect(Slot, Copy);
    int Fd = Counts[Slot].fd();
    if (ftruncate(Fd, StateBytes) != 0 ||
        pwrite(Fd, &Fault, sizeof Fault, 0) != sizeof Fault)
      throw std::runtime_error("the fault cannot be written");
    if (Copy.syscall(SYS_mmap, FaultAddress, StateBytes, PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_FIXED, static_cast<uint64_t>(Fd), 0) < 0)
      throw std::runtime_error("the fault cannot be put into the program");
    SlotOf[F.Id] = Slot;
    CopyGuard.Armed = false;
    Kids.start(Slot, Copy, describe(F, Fault), 0);
    Kids.poll();
    To.report();
    if (To.interrupted())
      break;
  }
  Kids.waitAll();
  return !To.interrupted();
}

bool PermanentEngine::injectAll(std::vector<Planned> Plan, const Exposure &,
                                Results &To) {
  {
    Pinning Pin;
    measureAll(To.hooks());
  }
  std::map<unsigned, std::vector<Planned>> ByUnit;
  for (const Planned &F : Plan)
    ByUnit[Faults[F.Id % Faults.size()].Unit].push_back(F);
  for (const auto &U : ByUnit)
    if (!injectUnit(U.first, U.second, To))
      return false;
  return true;
}

/// The fault is everywhere: the program is left at its entry point, with it.
Process PermanentEngine::stopAt(const Planned &F, const MemFile &Out,
                                const MemFile &Err, FaultRecord &Record) {
  Pinning Pin;
  measureAll({});
  UnitKind UK = Faults[F.Id % Faults.size()];
  Random R(Options.Seed, 2 * F.Id + 1);
  CritFault Fault =
      drawUnitFault(Options.Permanent, UK, Units[UK.Unit].Baseline, R);
  Fault.Budget = NoBudget;
  uint64_t At;
  Process P = rewritten(UK.Unit, Out, Err, At);
  P.write(At, bytes(Fault), sizeof Fault);
  Record = describe(F, Fault);
  sched_setaffinity(P.pid(), sizeof Pin.All, &Pin.All);
  return P;
}

std::vector<uint64_t>
PermanentEngine::locate(const std::vector<uint64_t> &Instants) {
  return std::vector<uint64_t>(Instants.size(), 0);
}

} // namespace crit::inject
