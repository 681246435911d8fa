//===- ServerProcess.h - a running server under control --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All threads are traced and run at full speed; one at a time is stopped,
// stepped and changed. All calls must come from the thread that started it.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_SERVERPROCESS_H
#define CRIT_INJECT_SERVERPROCESS_H

#include "MemFile.h"
#include "Process.h"
#include "Random.h"

#include <map>
#include <string>
#include <vector>

namespace crit::inject {

class ServerProcess {
public:
  ServerProcess(const std::vector<std::string> &Args,
                const std::vector<std::string> &Env);
  ~ServerProcess();
  ServerProcess(const ServerProcess &) = delete;
  ServerProcess &operator=(const ServerProcess &) = delete;

  uint64_t loadBias(uint64_t FileEntry) const { return Main.loadBias(FileEntry); }
  pid_t pid() const { return Main.pid(); }
  /// It and its connections are gone in a moment; poll() tells when.
  void kill() const;
  /// Sees to signals, new threads and the end. True while it lives.
  bool poll();
  bool ended() const { return Ended; }
  int status() const { return Status; }
  /// What it wrote since the last call of markOutput().
  std::string output() const;
  void markOutput();

  /// Must exist while a thread is stopped and stepped.
  class Watch {
  public:
    Watch();
    ~Watch();

  private:
    static void arm(double Seconds);
  };
  /// Stops a thread, drawn by the processor time used since the last call.
  /// False: none could be stopped in time.
  bool stopThread(Random &R);
  /// The stopped thread, for registers and memory.
  const Process &thread() const { return Stopped; }
  /// One instruction of it. False: it ended, or sleeps in the kernel.
  bool step();
  void release();

private:
  void handle(pid_t Tid, int Status);
  bool waitFor(pid_t Tid, int &Status);
  pid_t drawThread(Random &R);

  MemFile Out, Err;
  size_t Marked = 0;
  Process Main, Stopped;
  int PendingSignal = 0;
  std::map<pid_t, uint64_t> CpuTime; // of the threads, in nanoseconds
  bool Ended = false;
  int Status = 0;
};

} // namespace crit::inject
#endif
