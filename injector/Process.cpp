//===- Process.cpp - a program under ptrace -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Process.h"

#include "TargetImage.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <elf.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

namespace crit::inject {

static std::runtime_error sysError(const std::string &What) {
  return std::runtime_error(What + ": " + std::strerror(errno));
}

std::vector<std::string>
fixedEnvironment(const std::vector<std::string> &Extra) {
  std::vector<std::string> Env = {"PATH=/usr/local/bin:/usr/bin:/bin",
                                  "HOME=/",
                                  "LANG=C",
                                  "LC_ALL=C",
                                  "TZ=UTC",
                                  "OMP_NUM_THREADS=1"};
  for (const char *Keep : {"LD_LIBRARY_PATH", "CRIT_OPTIONS"})
    if (const char *V = std::getenv(Keep))
      Env.push_back(std::string(Keep) + "=" + V);
  Env.insert(Env.end(), Extra.begin(), Extra.end());
  return Env;
}

double cpuSeconds(pid_t Pid) {
  clockid_t Clock;
  timespec T{};
  if (clock_getcpuclockid(Pid, &Clock) != 0 || clock_gettime(Clock, &T) != 0)
    return 0;
  return T.tv_sec + T.tv_nsec * 1e-9;
}

char threadState(pid_t Pid, pid_t Tid) {
  char Path[64], State = '?';
  std::snprintf(Path, sizeof Path, "/proc/%d/task/%d/stat", Pid, Tid);
  if (FILE *F = std::fopen(Path, "r")) {
    // "pid (name) state": names of programs may hold anything but are short.
    char Text[256];
    size_t N = std::fread(Text, 1, sizeof Text - 1, F);
    Text[N] = 0;
    if (const char *End = std::strrchr(Text, ')'))
      State = End[1] ? End[2] : '?';
    std::fclose(F);
  }
  return State;
}

static void limit(int What, uint64_t Value) {
  rlimit L{Value, Value};
  setrlimit(static_cast<__rlimit_resource>(What), &L);
}

/// In the new process. Reports errno of the step that failed through Pipe.
[[noreturn]] static void execChild(const LaunchSpec &Spec, char **Argv,
                                   char **Envp, int Pipe) {
  auto Fail = [&](int Step) {
    int Report[2] = {Step, errno};
    ssize_t N = write(Pipe, Report, sizeof Report);
    (void)N;
    _exit(127);
  };
  sigset_t None;
  sigemptyset(&None);
  sigprocmask(SIG_SETMASK, &None, nullptr);
  // Ctrl-C is for us: copies killed by it would be counted as crashes.
  setpgid(0, 0);
  personality(ADDR_NO_RANDOMIZE);
  limit(RLIMIT_CORE, 0);
  if (Spec.FileSizeLimit)
    limit(RLIMIT_FSIZE, Spec.FileSizeLimit);
  int In = open(Spec.StdinPath.c_str(), O_RDONLY);
  if (In < 0)
    Fail(1);
  dup2(In, 0);
  if (In > 2)
    close(In);
  if (dup2(Spec.StdoutFd, 1) < 0 || dup2(Spec.StderrFd, 2) < 0)
    Fail(2);
  if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0)
    Fail(3);
  execve(Argv[0], Argv, Envp);
  Fail(4);
  __builtin_unreachable();
}

constexpr long ParentOptions = PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK |
                               PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                               PTRACE_O_TRACEEXEC;

void Process::traceExit() const {
  ptrace(PTRACE_SETOPTIONS, Pid, nullptr, ParentOptions | PTRACE_O_TRACEEXIT);
}

Process Process::launch(const LaunchSpec &Spec) {
  std::vector<char *> Argv, Envp;
  for (const std::string &A : Spec.Args)
    Argv.push_back(const_cast<char *>(A.c_str()));
  for (const std::string &E : Spec.Env)
    Envp.push_back(const_cast<char *>(E.c_str()));
  Argv.push_back(nullptr);
  Envp.push_back(nullptr);
  int Pipe[2];
  if (pipe2(Pipe, O_CLOEXEC) != 0)
    throw sysError("pipe");
  pid_t Pid = ::fork();
  if (Pid < 0)
    throw sysError("fork");
  if (Pid == 0)
    execChild(Spec, Argv.data(), Envp.data(), Pipe[1]);
  close(Pipe[1]);
  int Report[2];
  ssize_t N = ::read(Pipe[0], Report, sizeof Report);
  close(Pipe[0]);
  int Status = 0;
  if (waitpid(Pid, &Status, 0) < 0)
    throw sysError("waitpid");
  // Somebody may stop all processes for a while: that is not the exec.
  while (WIFSTOPPED(Status) && WSTOPSIG(Status) != SIGTRAP) {
    ptrace(PTRACE_CONT, Pid, nullptr, nullptr);
    if (waitpid(Pid, &Status, 0) < 0)
      throw sysError("waitpid");
  }
  if (N == sizeof Report) {
    std::string Why = std::strerror(Report[1]);
    if (Report[0] == 1)
      throw InputError("--stdin " + Spec.StdinPath + ": " + Why);
    if (Report[0] == 3)
      throw InputError("ptrace is not permitted here (" + Why +
                       "): in a container, start it with "
                       "--cap-add=SYS_PTRACE or a seccomp profile that allows "
                       "ptrace; on the host see kernel.yama.ptrace_scope");
    throw InputError(Spec.Args[0] + ": cannot be started: " + Why);
  }
  if (!WIFSTOPPED(Status))
    throw InputError(Spec.Args[0] + ": ended before its first instruction "
                                    "(missing dynamic loader?)");
  Process P(Pid);
  if (ptrace(PTRACE_SETOPTIONS, Pid, nullptr, ParentOptions) != 0)
    throw sysError("ptrace options");
  P.readAuxv();
  return P;
}

uint64_t Process::peek(uint64_t Addr) const {
  errno = 0;
  long V = ptrace(PTRACE_PEEKDATA, Pid, Addr, nullptr);
  if (errno)
    throw sysError("reading the program's memory");
  return static_cast<uint64_t>(V);
}

void Process::poke(uint64_t Addr, uint64_t Value) const {
  if (ptrace(PTRACE_POKEDATA, Pid, Addr, Value) != 0)
    throw sysError("writing the program's memory");
}

static int openMemory(pid_t Pid, int Flags) {
  std::string Path = "/proc/" + std::to_string(Pid) + "/mem";
  int Fd = open(Path.c_str(), Flags | O_CLOEXEC);
  if (Fd < 0)
    throw sysError(Path);
  return Fd;
}

void Process::read(uint64_t Addr, void *To, size_t Size) const {
  int Fd = openMemory(Pid, O_RDONLY);
  ssize_t N = pread(Fd, To, Size, static_cast<off_t>(Addr));
  close(Fd);
  if (N != static_cast<ssize_t>(Size))
    throw sysError("reading the program's memory");
}

void Process::write(uint64_t Addr, const void *From, size_t Size) const {
  int Fd = openMemory(Pid, O_RDWR);
  ssize_t N = pwrite(Fd, From, Size, static_cast<off_t>(Addr));
  close(Fd);
  if (N != static_cast<ssize_t>(Size))
    throw sysError("writing the program's memory");
}

void Process::readAuxv() {
  uint64_t At = regs().rsp;
  uint64_t Argc = peek(At);
  At += 8 * (Argc + 2);
  while (peek(At) != 0) // environment
    At += 8;
  At += 8;
  uint64_t Vdso = 0;
  for (uint64_t Tag; (Tag = peek(At)) != AT_NULL; At += 16) {
    uint64_t Value = peek(At + 8);
    if (Tag == AT_ENTRY)
      RealEntry = Value;
    else if (Tag == AT_SYSINFO_EHDR)
      Vdso = Value;
    else if (Tag == AT_RANDOM) {
      // Stack protector and pointer guard: the same in every run.
      poke(Value, 0x5eed5eed5eed5e00ull);
      poke(Value + 8, 0x1234567890abcdefull);
    }
  }
  for (uint64_t A = Vdso; Vdso && A < Vdso + 0x2000; A += 4) {
    errno = 0;
    uint64_t W = static_cast<uint64_t>(ptrace(PTRACE_PEEKDATA, Pid, A, 0));
    if (errno)
      break;
    for (unsigned I = 0; I < 7; ++I)
      if ((W >> (8 * I) & 0xffff) == 0x050f) { // 0f 05
        SyscallInsn = A + I;
        return;
      }
  }
  throw std::runtime_error("no syscall instruction found in the vdso");
}

void Process::runToEntry() {
  uint64_t Old = peek(RealEntry);
  poke(RealEntry, (Old & ~0xffull) | 0xcc);
  int Status;
  resume(0);
  while (true) {
    if (waitpid(Pid, &Status, __WALL) < 0)
      throw sysError("waitpid");
    if (!WIFSTOPPED(Status))
      throw InputError("the program ended before reaching its entry point "
                       "(missing shared library?)");
    user_regs_struct R = regs();
    if (WSTOPSIG(Status) == SIGTRAP && R.rip == RealEntry + 1) {
      R.rip = RealEntry;
      setRegs(R);
      poke(RealEntry, Old);
      return;
    }
    resume(WSTOPSIG(Status) == SIGTRAP ? 0 : WSTOPSIG(Status));
  }
}

void Process::refuseThreads(int Status) const {
  int Event = Status >> 16;
  if (Event != PTRACE_EVENT_CLONE && Event != PTRACE_EVENT_FORK &&
      Event != PTRACE_EVENT_VFORK)
    return;
  // The new one is ours too. The end of the first thread is reported only when
  // all others have been waited for.
  unsigned long Msg = 0;
  ptrace(PTRACE_GETEVENTMSG, Pid, nullptr, &Msg);
  ::kill(Pid, SIGKILL);
  if (Msg)
    Process(static_cast<pid_t>(Msg)).kill();
  throw InputError("the program starts threads or processes; only one thread "
                   "can be followed (run it with one thread)");
}

bool Process::step(int Signal, int &Status, int &StopSignal) {
  if (ptrace(PTRACE_SINGLESTEP, Pid, nullptr, Signal) != 0)
    throw sysError("single step");
  if (waitpid(Pid, &Status, __WALL) < 0)
    throw sysError("waitpid");
  if (!WIFSTOPPED(Status))
    return false;
  refuseThreads(Status);
  int Sig = WSTOPSIG(Status);
  StopSignal = Sig == SIGTRAP ? 0 : Sig;
  return true;
}

uint64_t Process::pc() const {
  return static_cast<uint64_t>(
      ptrace(PTRACE_PEEKUSER, Pid, offsetof(user_regs_struct, rip), nullptr));
}

user_regs_struct Process::regs() const {
  user_regs_struct R;
  if (ptrace(PTRACE_GETREGS, Pid, nullptr, &R) != 0)
    throw sysError("reading registers");
  return R;
}

void Process::setRegs(const user_regs_struct &R) const {
  if (ptrace(PTRACE_SETREGS, Pid, nullptr, &R) != 0)
    throw sysError("writing registers");
}

MachineState Process::state(bool WithXState) const {
  MachineState S;
  S.GPR = regs();
  if (WithXState) {
    S.XState.resize(16384);
    iovec V{S.XState.data(), S.XState.size()};
    if (ptrace(PTRACE_GETREGSET, Pid, NT_X86_XSTATE, &V) != 0)
      throw sysError("reading vector registers");
    S.XState.resize(V.iov_len);
  }
  return S;
}

void Process::setState(const MachineState &S) const {
  setRegs(S.GPR);
  if (!S.XState.empty()) {
    iovec V{const_cast<uint8_t *>(S.XState.data()), S.XState.size()};
    if (ptrace(PTRACE_SETREGSET, Pid, NT_X86_XSTATE, &V) != 0)
      throw sysError("writing vector registers");
  }
}

int64_t Process::runSyscall(const user_regs_struct &Saved, user_regs_struct R,
                            pid_t *NewChild) const {
  R.rip = SyscallInsn;
  R.orig_rax = ~0ull;
  R.eflags &= ~0x100ull;
  setRegs(R);
  while (true) {
    if (ptrace(PTRACE_SINGLESTEP, Pid, nullptr, nullptr) != 0)
      throw sysError("injected system call");
    int Status;
    if (waitpid(Pid, &Status, __WALL) < 0 || !WIFSTOPPED(Status))
      throw std::runtime_error("the program died in an injected system call");
    if (Status >> 16 == PTRACE_EVENT_CLONE ||
        Status >> 16 == PTRACE_EVENT_FORK) {
      unsigned long Msg = 0;
      ptrace(PTRACE_GETEVENTMSG, Pid, nullptr, &Msg);
      if (NewChild)
        *NewChild = static_cast<pid_t>(Msg);
      continue;
    }
    if (WSTOPSIG(Status) == SIGTRAP && pc() == SyscallInsn + 2)
      break;
  }
  int64_t Result = static_cast<int64_t>(regs().rax);
  user_regs_struct Back = Saved;
  Back.orig_rax = ~0ull; // no system call restart
  setRegs(Back);
  return Result;
}

int64_t Process::syscall(long Nr, uint64_t A, uint64_t B, uint64_t C,
                         uint64_t D, uint64_t E, uint64_t F) const {
  user_regs_struct Saved = regs(), R = Saved;
  R.rax = static_cast<unsigned long long>(Nr);
  R.rdi = A;
  R.rsi = B;
  R.rdx = C;
  R.r10 = D;
  R.r8 = E;
  R.r9 = F;
  return runSyscall(Saved, R, nullptr);
}

/// Where libc keeps the thread id. A raw clone leaves the parent's there, and
/// abort() in the copy would then signal the wrong thread.
uint64_t Process::tidAddress() {
  if (TidKnown)
    return TidAddr;
  TidKnown = true;
  constexpr int PrGetTidAddress = 40;
  uint64_t Scratch = (regs().rsp - 512) & ~15ull; // below the red zone
  errno = 0;
  uint64_t Old =
      static_cast<uint64_t>(ptrace(PTRACE_PEEKDATA, Pid, Scratch, nullptr));
  if (errno)
    return 0;
  if (syscall(SYS_prctl, PrGetTidAddress, Scratch) == 0)
    TidAddr = peek(Scratch);
  poke(Scratch, Old);
  return TidAddr;
}

Process Process::fork() {
  uint64_t Tid = tidAddress();
  user_regs_struct Saved = regs(), R = Saved;
  R.rax = SYS_clone;
  R.rdi = CLONE_PARENT | (Tid ? CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID : 0);
  R.rsi = 0;
  R.rdx = 0;
  R.r10 = Tid;
  R.r8 = 0;
  pid_t Child = -1;
  int64_t Result = runSyscall(Saved, R, &Child);
  if (Result < 0 || Child < 0) {
    errno = static_cast<int>(-Result);
    throw sysError("forking the program");
  }
  Process C = *this;
  C.Pid = Child;
  int Status;
  if (waitpid(Child, &Status, __WALL) < 0 || !WIFSTOPPED(Status))
    throw std::runtime_error("a forked copy did not stop");
  ptrace(PTRACE_SETOPTIONS, Child, nullptr,
         PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC);
  user_regs_struct Back = Saved;
  Back.orig_rax = ~0ull;
  C.setRegs(Back);
  return C;
}

void Process::detach() const { ptrace(PTRACE_DETACH, Pid, nullptr, nullptr); }

void Process::resume(int Signal) const {
  ptrace(PTRACE_CONT, Pid, nullptr, Signal);
}

void Process::kill() const {
  if (Pid <= 0)
    return;
  // Not kill(): Pid may be a thread.
  ::syscall(SYS_tkill, Pid, SIGKILL);
  int Status;
  // With traceExit() even a killed process stops once more.
  while (waitpid(Pid, &Status, __WALL) >= 0 && WIFSTOPPED(Status))
    resume(0);
}

} // namespace crit::inject
