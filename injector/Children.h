//===- Children.h - faulty copies running natively -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_CHILDREN_H
#define CRIT_INJECT_CHILDREN_H

#include "Campaign.h"
#include "MemFile.h"
#include "Process.h"

#include <memory>
#include <sched.h>

namespace crit::inject {

/// Runs up to a fixed number of faulty copies at once, ends those over their
/// limit and classifies each.
class Children {
public:
  using ResultFn = std::function<void(FaultRecord &&)>;
  Children(unsigned Slots, const GoldenRun &Golden, double CpuLimit,
           const cpu_set_t &Cpus, ResultFn OnResult);
  ~Children();

  /// Copies have a counter at Address that traps when it runs out: set it to
  /// Limit instructions, and take the trap for a hang.
  void limitByCounter(uint64_t Address, uint64_t Limit) {
    CounterAddress = Address;
    CounterLimit = Limit;
  }

  /// Waits for a free slot and prepares its output files to continue the
  /// parent's. The copy must then be forked and given to start().
  unsigned acquire(const MemFile &ParentOut, const MemFile &ParentErr);
  /// Redirects the copy's output; call before the fault is applied.
  void connect(unsigned Slot, const Process &P) const;
  /// Lets the copy run, with a signal it has raised but not yet seen.
  void start(unsigned Slot, const Process &P, FaultRecord Record, int Signal);

  void poll();
  void waitAll();

private:
  struct Child {
    std::unique_ptr<MemFile> Out, Err;
    Process P;
    FaultRecord Record;
    bool Busy = false;
    bool OverLimit = false;
    double Started = 0;
    double Cpu = 0, Progress = 0; // CPU time when looked at, and when it grew
    unsigned Stops = 0;
  };
  void waitSome();
  void handle(Child &C, int Status);
  void finish(Child &C, int Status);
  bool isIdle(Child &C, double Cpu, double Now) const;
  void checkLimits();

  std::vector<Child> Slots;
  const GoldenRun &Golden;
  double CpuLimit;
  cpu_set_t Cpus;
  ResultFn OnResult;
  unsigned Running = 0;
  double LastCheck = 0;
  uint64_t CounterAddress = 0;
  uint64_t CounterLimit = 0;
};

double monotonicSeconds();

} // namespace crit::inject
#endif
