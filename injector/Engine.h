//===- Engine.h - how faults get into a program ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What reference and fast mode share: a stopped process at the chosen
// instruction is forked, the copy gets its fault and runs on natively. They
// differ in how they get there.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_ENGINE_H
#define CRIT_INJECT_ENGINE_H

#include "Campaign.h"
#include "Children.h"
#include "MemFile.h"
#include "Process.h"

#include <csignal>
#include <sched.h>

namespace crit::inject {

class Engine {
public:
  Engine(const CampaignOptions &Options, const TargetImage &Image, Scope &Code,
         const GoldenRun &Golden)
      : Options(Options), Image(Image), Code(Code), Golden(Golden) {}
  virtual ~Engine() = default;

  /// Runs through once; checks that the output is that of the golden run.
  virtual Exposure count(const Hooks &H) = 0;

  struct Planned {
    uint64_t Id;
    uint64_t Instant;
    unsigned Attempt = 0; // draws of this id before that were no fault sites
  };
  using ResultFn = std::function<void(FaultRecord &&)>;
  /// Injects Plan. Results come in any order. False: interrupted.
  bool inject(std::vector<Planned> Plan, const Exposure &Counts,
              const ResultFn &OnResult, const Hooks &H);

  /// Brings a process to fault F, applies it, and leaves it stopped there.
  virtual Process stopAt(const Planned &F, const MemFile &Out,
                         const MemFile &Err, FaultRecord &Record) = 0;

  /// Addresses (as in the file) of the instructions at these instants, sorted
  /// ascending; 0 where there is no fault site. Injects nothing.
  virtual std::vector<uint64_t>
  locate(const std::vector<uint64_t> &Instants) = 0;

protected:
  /// Results on their way, counted for the progress.
  class Results {
  public:
    Results(size_t Total, const ResultFn &OnResult, const Hooks &H)
        : OnResult(OnResult), H(H) {
      Prog.Phase = "injecting";
      Prog.Total = Total;
    }
    void add(FaultRecord &&R) {
      ++Prog.Done;
      ++Prog.Counts[static_cast<size_t>(R.Result)];
      OnResult(std::move(R));
    }
    void report() const { H.report(Prog); }
    bool interrupted() const { return H.interrupted(); }
    const Hooks &hooks() const { return H; }

  private:
    Progress Prog;
    const ResultFn &OnResult;
    const Hooks &H;
  };
  /// Plan is not empty.
  virtual bool injectAll(std::vector<Planned> Plan, const Exposure &Counts,
                         Results &To) = 0;

  static void sortByInstant(std::vector<Planned> &Plan);
  Process start(const MemFile &Out, const MemFile &Err) const;
  /// Applies fault F to a process that stands before instruction I. Signal is
  /// what that has raised already, or 0.
  FaultRecord strike(Process &Copy, const Planned &F, const Instruction &I,
                     int &Signal) const;
  /// Forks P, which stands before I, and sets the copy going with fault F.
  void launch(Process &P, const Planned &F, const Instruction &I,
              Children &Kids, const MemFile &Out, const MemFile &Err) const;
  double cpuLimit() const;
  [[noreturn]] void otherPath(uint64_t Instant, uint64_t Expected) const;

  const CampaignOptions &Options;
  const TargetImage &Image;
  Scope &Code;
  const GoldenRun &Golden;
};

std::unique_ptr<Engine> makeEngine(const CampaignOptions &Options,
                                   const TargetImage &Image, Scope &Code,
                                   const GoldenRun &Golden);

/// The instant of fault Id: uniform over Total, the Attempt-th draw.
uint64_t drawInstant(uint64_t Seed, uint64_t Id, uint64_t Total,
                     unsigned Attempt);

/// Fills the parts of a record that describe instruction and register.
FaultRecord describeFault(const TargetImage &Image, const Instruction &I,
                          const FaultAction &A);

/// Changes the state of P as A says. PC: where I is in P, which stands before
/// it, or behind it if A wants it executed first. Completes Rec.
FlipResult applyAction(Process P, const CampaignOptions &O,
                       const Instruction &I, const FaultAction &A, uint64_t PC,
                       Random &R, FaultRecord &Rec);
/// Takes a register fault back, unless I has overwritten the register.
void undoAction(Process P, const Instruction &I, const FaultAction &A);

/// Tracer and tracee on one processor: a stop is then a mere switch between
/// the two (measured 17 us a step, against 30-60 us when the other core has to
/// be woken). Copies run on all processors. Blocks SIGCHLD meanwhile.
class Pinning {
public:
  Pinning();
  ~Pinning();
  cpu_set_t All;

private:
  sigset_t OldMask;
};

/// Ends a stopped process on every way out.
struct KillOnExit {
  Process &P;
  bool Armed = true;
  ~KillOnExit() {
    if (Armed)
      P.kill();
  }
};

} // namespace crit::inject
#endif
