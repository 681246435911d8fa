//===- ServerProcess.cpp - a running server under control -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ServerProcess.h"

#include "Children.h"
#include "Service.h"
#include "TargetImage.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <dirent.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

namespace crit::inject {

/// A thread that does not finish an instruction in this time sleeps. If it only
/// had to wait for a processor, another moment is drawn.
constexpr double StepSeconds = 0.05;
constexpr double StartSeconds = 10, EndSeconds = 10;
constexpr long Options =
    PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK;

static bool waitForStart(pid_t Pid) {
  int S;
  for (double Start = monotonicSeconds();
       monotonicSeconds() - Start < StartSeconds; usleep(100)) {
    pid_t Got = waitpid(Pid, &S, __WALL | WNOHANG);
    if (Got != 0)
      return Got == Pid && WIFSTOPPED(S);
  }
  ::kill(Pid, SIGKILL);
  return false;
}

ServerProcess::ServerProcess(const std::vector<std::string> &Args,
                             const std::vector<std::string> &Env)
    : Out("server-out"), Err("server-err") {
  LaunchSpec Spec;
  Spec.Args = Args;
  Spec.Env = Env;
  Spec.StdoutFd = Out.fd();
  Spec.StderrFd = Err.fd();
  Spec.FileSizeLimit = 64u << 20;
  Main = Process::launch(Spec);
  // Seized threads can be stopped without a signal the program could see.
  pid_t Pid = Main.pid();
  ptrace(PTRACE_DETACH, Pid, nullptr, SIGSTOP);
  if (ptrace(PTRACE_SEIZE, Pid, nullptr, Options) != 0)
    throw InputError("ptrace is not permitted here (PTRACE_SEIZE)");
  // Not the stop from above: a SIGCONT from elsewhere may have undone it.
  ptrace(PTRACE_INTERRUPT, Pid, nullptr, nullptr);
  if (!waitForStart(Pid))
    throw ServiceFailure(ServiceFailure::Timeout, "the server does not start");
  ::kill(Pid, SIGCONT);
  ptrace(PTRACE_CONT, Pid, nullptr, nullptr);
  CpuTime[Pid] = 0;
}

ServerProcess::~ServerProcess() {
  if (Ended)
    return;
  kill();
  // The first thread's end is reported when all others are gone.
  double Start = monotonicSeconds();
  while (!Ended && monotonicSeconds() - Start < EndSeconds)
    if (poll())
      usleep(200);
}

void ServerProcess::kill() const {
  if (!Ended)
    ::kill(Main.pid(), SIGKILL);
}

/// The end of a step, which may come late, behind another stop. (A breakpoint
/// instruction says SI_KERNEL.)
static bool isStep(pid_t Tid, int S) {
  siginfo_t Info{};
  return WSTOPSIG(S) == SIGTRAP && S >> 16 == 0 &&
         ptrace(PTRACE_GETSIGINFO, Tid, nullptr, &Info) == 0 &&
         (Info.si_code == TRAP_TRACE || Info.si_code == TRAP_BRKPT);
}

void ServerProcess::handle(pid_t Tid, int S) {
  if (WIFEXITED(S) || WIFSIGNALED(S)) {
    CpuTime.erase(Tid);
    if (Tid == Main.pid()) {
      Ended = true;
      Status = S;
    }
    return;
  }
  int Event = S >> 16, Signal = WSTOPSIG(S);
  if (Event == PTRACE_EVENT_STOP && Signal != SIGTRAP && Signal != SIGCONT &&
      Signal >= SIGSTOP) {
    ptrace(PTRACE_LISTEN, Tid, nullptr, nullptr);
    return;
  }
  CpuTime.try_emplace(Tid, 0);
  ptrace(PTRACE_CONT, Tid, nullptr, Event || isStep(Tid, S) ? 0 : Signal);
}

bool ServerProcess::poll() {
  int S;
  pid_t Tid;
  while (!Ended && (Tid = waitpid(-1, &S, __WALL | WNOHANG)) > 0)
    handle(Tid, S);
  if (!Ended && Tid < 0 && errno == ECHILD)
    Ended = true;
  return !Ended;
}

static void onAlarm(int) {}

/// Interrupts waits of this thread every StepSeconds while it exists. (Polling
/// instead costs ten times as much as the steps: tracer and thread share a
/// processor.)
ServerProcess::Watch::Watch() {
  struct sigaction Action {};
  Action.sa_handler = onAlarm; // no SA_RESTART
  sigaction(SIGALRM, &Action, nullptr);
  arm(StepSeconds);
}
ServerProcess::Watch::~Watch() { arm(0); }

void ServerProcess::Watch::arm(double Seconds) {
  auto Micros = static_cast<suseconds_t>(Seconds * 1e6);
  itimerval T{{0, Micros}, {0, Micros}};
  setitimer(ITIMER_REAL, &T, nullptr);
}

/// The next stop of Tid. False: not in time. Needs a Watch.
bool ServerProcess::waitFor(pid_t Tid, int &S) {
  // The alarm may have been about to come: two of them are a time-out.
  for (int Alarms = 0; Alarms < 2; ++Alarms) {
    pid_t Got = waitpid(Tid, &S, __WALL);
    if (Got == Tid)
      return true;
    if (errno != EINTR)
      return false;
  }
  return false;
}

static uint64_t threadTime(pid_t Pid, pid_t Tid) {
  char Path[64];
  std::snprintf(Path, sizeof Path, "/proc/%d/task/%d/schedstat", Pid, Tid);
  unsigned long long Nanos = 0;
  if (FILE *F = std::fopen(Path, "r")) {
    if (std::fscanf(F, "%llu", &Nanos) != 1)
      Nanos = 0;
    std::fclose(F);
  }
  return Nanos;
}

pid_t ServerProcess::drawThread(Random &R) {
  uint64_t Total = 0;
  std::vector<std::pair<pid_t, uint64_t>> Used;
  for (auto &T : CpuTime) {
    uint64_t Now = threadTime(Main.pid(), T.first);
    Used.push_back({T.first, Now > T.second ? Now - T.second : 0});
    Total += Used.back().second;
    T.second = Now;
  }
  if (Total == 0)
    return 0;
  uint64_t At = R.below(Total);
  for (auto &U : Used) {
    if (At < U.second)
      return U.first;
    At -= U.second;
  }
  return 0;
}

bool ServerProcess::stopThread(Random &R) {
  if (!poll())
    return false;
  pid_t Tid = drawThread(R);
  if (!Tid || ptrace(PTRACE_INTERRUPT, Tid, nullptr, nullptr) != 0)
    return false;
  int S;
  while (waitFor(Tid, S)) {
    if (!WIFSTOPPED(S)) {
      handle(Tid, S);
      return false;
    }
    if (S >> 16 == PTRACE_EVENT_STOP) {
      Stopped = Main.sibling(Tid);
      PendingSignal = 0;
      return true;
    }
    handle(Tid, S);
  }
  return false;
}

bool ServerProcess::step() {
  pid_t Tid = Stopped.pid();
  if (ptrace(PTRACE_SINGLESTEP, Tid, nullptr, PendingSignal) != 0)
    return false;
  PendingSignal = 0;
  int S;
  if (!waitFor(Tid, S)) {
    // Asleep: stop it where it is.
    ptrace(PTRACE_INTERRUPT, Tid, nullptr, nullptr);
    if (waitFor(Tid, S) && WIFSTOPPED(S))
      return false;
    Stopped = Process();
    return false;
  }
  if (!WIFSTOPPED(S)) {
    handle(Tid, S);
    Stopped = Process();
    return false;
  }
  if (!(S >> 16) && !isStep(Tid, S))
    PendingSignal = WSTOPSIG(S);
  return true;
}

void ServerProcess::release() {
  if (Stopped.pid() > 0)
    ptrace(PTRACE_CONT, Stopped.pid(), nullptr, PendingSignal);
  Stopped = Process();
  PendingSignal = 0;
}

std::string ServerProcess::output() const {
  std::string S = Err.contents();
  return S.substr(std::min(Marked, S.size()));
}

void ServerProcess::markOutput() { Marked = Err.contents().size(); }

} // namespace crit::inject
