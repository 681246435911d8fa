//===- Children.cpp - faulty copies running natively ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Children.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace crit::inject {

/// A copy that takes this long without being over its CPU time (seconds).
constexpr double WallLimit = 20;
/// A copy that sleeps for this long, and ten times the normal run, without
/// using any processor time waits for something that will not come.
constexpr double IdleLimit = 1;
/// A copy that stops for signals this often is in a loop of them.
constexpr unsigned MaxStops = 100000;
/// A faulty size argument must not take the machine down with it.
constexpr uint64_t ResidentLimit = 2ull << 30;

double monotonicSeconds() {
  timespec T;
  clock_gettime(CLOCK_MONOTONIC, &T);
  return T.tv_sec + T.tv_nsec * 1e-9;
}

Children::Children(unsigned NumSlots, const GoldenRun &G, double Limit,
                   const cpu_set_t &CpuSet, ResultFn Fn)
    : Golden(G), CpuLimit(Limit), Cpus(CpuSet), OnResult(std::move(Fn)) {
  Slots.resize(NumSlots ? NumSlots : 1);
  for (Child &C : Slots) {
    C.Out = std::make_unique<MemFile>("fault-out", true);
    C.Err = std::make_unique<MemFile>("fault-err", true);
  }
}

Children::~Children() {
  for (Child &C : Slots)
    if (C.Busy)
      C.P.kill();
}

unsigned Children::acquire(const MemFile &ParentOut, const MemFile &ParentErr) {
  while (Running == Slots.size())
    waitSome();
  unsigned I = 0;
  while (Slots[I].Busy)
    ++I;
  Slots[I].Out->copyFrom(ParentOut);
  Slots[I].Err->copyFrom(ParentErr);
  return I;
}

void Children::connect(unsigned Slot, const Process &P) const {
  const Child &C = Slots[Slot];
  P.syscall(SYS_dup2, static_cast<uint64_t>(C.Out->fd()), 1);
  P.syscall(SYS_dup2, static_cast<uint64_t>(C.Err->fd()), 2);
}

void Children::start(unsigned Slot, const Process &P, FaultRecord Record,
                     int Signal) {
  Child &C = Slots[Slot];
  C.P = P;
  C.Record = std::move(Record);
  C.Busy = true;
  C.OverLimit = false;
  C.Stops = 0;
  C.Started = C.Progress = monotonicSeconds();
  C.Cpu = 0;
  ++Running;
  if (CounterAddress)
    P.poke(CounterAddress, CounterLimit);
  sched_setaffinity(P.pid(), sizeof Cpus, &Cpus);
  P.resume(Signal);
}

void Children::finish(Child &C, int Status) {
  RunEnd End;
  End.Exited = WIFEXITED(Status);
  End.ExitCode = End.Exited ? WEXITSTATUS(Status) : 0;
  End.Signal = WIFSIGNALED(Status) ? WTERMSIG(Status) : 0;
  End.OverLimit = C.OverLimit;
  End.Stdout = C.Out->contents();
  End.Stderr = C.Err->contents();
  C.Record.Result = classify(Golden.End, End);
  // The signal that ends a hang is ours, and says nothing.
  C.Record.ExitCode = End.ExitCode;
  C.Record.Signal = C.OverLimit ? 0 : End.Signal;
  C.Record.Event = findEvents(End.Stderr).First;
  C.Busy = false;
  --Running;
  OnResult(std::move(C.Record));
}

void Children::handle(Child &C, int Status) {
  if (!WIFSTOPPED(Status)) {
    finish(C, Status);
    return;
  }
  bool OutOfCount = CounterAddress && WSTOPSIG(Status) == SIGTRAP &&
                    Status >> 16 == 0 && !C.OverLimit &&
                    static_cast<int64_t>(C.P.peek(CounterAddress)) < 0;
  if ((++C.Stops > MaxStops && !C.OverLimit) || OutOfCount) {
    C.OverLimit = true;
    ::kill(C.P.pid(), SIGKILL);
  }
  C.P.resume(Status >> 16 ? 0 : WSTOPSIG(Status));
}

void Children::poll() {
  if (Running == 0)
    return;
  for (Child &C : Slots) {
    int Status;
    pid_t Got = 1;
    while (C.Busy && (Got = waitpid(C.P.pid(), &Status, __WALL | WNOHANG)) > 0)
      handle(C, Status);
    if (Got < 0 && errno == ECHILD)
      throw std::runtime_error("a faulty copy was lost");
  }
  double Now = monotonicSeconds();
  if (Now - LastCheck > 0.01) {
    LastCheck = Now;
    checkLimits();
  }
}

static uint64_t residentBytes(pid_t Pid) {
  char Path[64];
  std::snprintf(Path, sizeof Path, "/proc/%d/statm", Pid);
  unsigned long long Size = 0, Resident = 0;
  if (FILE *F = std::fopen(Path, "r")) {
    if (std::fscanf(F, "%llu %llu", &Size, &Resident) != 2)
      Resident = 0;
    std::fclose(F);
  }
  return Resident * 4096;
}

bool Children::isIdle(Child &C, double Cpu, double Now) const {
  if (Cpu != C.Cpu || threadState(C.P.pid(), C.P.pid()) != 'S') {
    C.Cpu = Cpu;
    C.Progress = Now;
    return false;
  }
  return Now - C.Progress > IdleLimit + 10 * Golden.WallSeconds;
}

void Children::checkLimits() {
  double Now = monotonicSeconds();
  for (Child &C : Slots) {
    if (!C.Busy || C.OverLimit)
      continue;
    double Cpu = cpuSeconds(C.P.pid());
    bool Over = Cpu > CpuLimit || isIdle(C, Cpu, Now) ||
                Now - C.Started > WallLimit + 8 * CpuLimit ||
                residentBytes(C.P.pid()) > ResidentLimit;
    if (!Over)
      continue;
    C.OverLimit = true;
    ::kill(C.P.pid(), SIGKILL);
  }
}

void Children::waitSome() {
  unsigned Before = Running;
  poll();
  if (Running < Before || Running == 0)
    return;
  // SIGCHLD is blocked by the engine; it wakes us early.
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, SIGCHLD);
  timespec T{0, 5000000};
  sigtimedwait(&Set, nullptr, &T);
  poll();
}

void Children::waitAll() {
  while (Running)
    waitSome();
}

} // namespace crit::inject
