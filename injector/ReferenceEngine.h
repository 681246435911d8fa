//===- ReferenceEngine.h - stepping injection, any binary ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reference mode. The program is stepped instruction by instruction under
// ptrace, once to count and once to inject; at each chosen instant a copy is
// forked, gets its fault, and runs on natively while stepping goes on.
//
// What counts as one dynamic instruction: one execution of an instruction in
// scope that the fault model can hit. A rep-prefixed string instruction counts
// once, however often it iterates; a fault in what it writes strikes after its
// last iteration.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_REFERENCEENGINE_H
#define CRIT_INJECT_REFERENCEENGINE_H

#include "Campaign.h"
#include "MemFile.h"
#include "Process.h"

namespace crit::inject {

class ReferenceEngine {
public:
  ReferenceEngine(const CampaignOptions &Options, const TargetImage &Image,
                  Scope &Code, const GoldenRun &Golden);

  /// Steps through once; checks that the output is that of the golden run.
  Exposure count(const Hooks &H);

  struct Planned {
    uint64_t Id;
    uint64_t Instant;
  };
  using ResultFn = std::function<void(FaultRecord &&)>;
  /// Injects Plan (sorted by Instant here). Results come in any order. False:
  /// interrupted.
  bool inject(std::vector<Planned> Plan, const Exposure &Counts,
              const ResultFn &OnResult, const Hooks &H);

  /// Brings a process to fault F, applies it, and leaves it stopped there.
  Process stopAt(const Planned &F, const MemFile &Out, const MemFile &Err,
                 FaultRecord &Record);

private:
  Process start(const MemFile &Out, const MemFile &Err) const;
  FaultRecord strike(Process &Copy, const Planned &F,
                     const Instruction &I) const;
  template <typename Visitor>
  bool walk(Process &P, int &Status, Visitor &&Visit);

  const CampaignOptions &Options;
  const TargetImage &Image;
  Scope &Code;
  const GoldenRun &Golden;
};

/// The instant of fault Id, uniform over the eligible instructions.
uint64_t drawInstant(uint64_t Seed, uint64_t Id, uint64_t Eligible);

/// Fills the parts of a record that describe instruction and register.
FaultRecord describeFault(const TargetImage &Image, const Instruction &I,
                          const FaultAction &A);

} // namespace crit::inject
#endif
