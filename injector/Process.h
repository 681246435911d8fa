//===- Process.h - a program under ptrace ----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Starts a program stopped before its first instruction in a reproducible
// world (no address randomisation, fixed environment and AT_RANDOM), steps it,
// reads and writes registers, and makes it execute system calls, among them
// the fork that gives every fault its own copy.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_PROCESS_H
#define CRIT_INJECT_PROCESS_H

#include "Registers.h"

#include <string>
#include <sys/types.h>
#include <vector>

namespace crit::inject {

struct LaunchSpec {
  std::vector<std::string> Args; // Args[0] is the program
  std::vector<std::string> Env;  // NAME=VALUE
  std::string StdinPath = "/dev/null";
  int StdoutFd = -1;
  int StderrFd = -1;
  uint64_t FileSizeLimit = 0; // bytes, 0: none
};

/// The environment programs run in: nothing of the user's session but
/// LD_LIBRARY_PATH and CRIT_OPTIONS. (Its size moves the stack, and so the
/// effect of a flipped pointer.)
std::vector<std::string>
fixedEnvironment(const std::vector<std::string> &Extra);

class Process {
public:
  Process() = default;
  explicit Process(pid_t P) : Pid(P) {}

  /// Starts stopped at exec. Throws InputError if it cannot.
  static Process launch(const LaunchSpec &Spec);

  pid_t pid() const { return Pid; }
  /// Another thread of the same program.
  Process sibling(pid_t Tid) const {
    Process P = *this;
    P.Pid = Tid;
    return P;
  }
  uint64_t loadBias(uint64_t FileEntry) const { return RealEntry - FileEntry; }

  /// Runs natively up to the program's entry point (skips the dynamic loader).
  void runToEntry();
  /// One instruction, delivering Signal if not 0. False: the process ended and
  /// Status says how; StopSignal is the signal it stopped with, 0 for the step.
  bool step(int Signal, int &Status, int &StopSignal);

  /// Throws InputError, and cleans up, when Status is the start of a thread or
  /// process.
  void refuseThreads(int Status) const;

  uint64_t pc() const;
  user_regs_struct regs() const;
  void setRegs(const user_regs_struct &R) const;
  MachineState state(bool WithXState) const;
  void setState(const MachineState &S) const;
  uint64_t peek(uint64_t Addr) const;
  void poke(uint64_t Addr, uint64_t Value) const;
  /// Any memory, also read-only. Throws when it cannot be done.
  void read(uint64_t Addr, void *To, size_t Size) const;
  void write(uint64_t Addr, const void *From, size_t Size) const;

  /// Executes a system call in the process at a stop; registers are restored.
  int64_t syscall(long Nr, uint64_t A = 0, uint64_t B = 0, uint64_t C = 0,
                  uint64_t D = 0, uint64_t E = 0, uint64_t F = 0) const;
  /// A copy of the process, stopped at the same point, our own child.
  Process fork();

  /// Also stops when the process is about to end, with its memory intact.
  void traceExit() const;
  void detach() const;
  void resume(int Signal) const;
  void kill() const;

private:
  int64_t runSyscall(const user_regs_struct &Saved, user_regs_struct R,
                     pid_t *NewChild) const;
  void readAuxv();
  uint64_t tidAddress();

  pid_t Pid = -1;
  uint64_t RealEntry = 0;
  uint64_t SyscallInsn = 0; // address of a syscall instruction (vdso)
  uint64_t TidAddr = 0;
  bool TidKnown = false;
};

/// Processor time a process has used so far, in seconds.
double cpuSeconds(pid_t Pid);
/// 'S': sleeps, 'R': runs or wants to; '?': there is none.
char threadState(pid_t Pid, pid_t Tid);

} // namespace crit::inject
#endif
