//===- FastEngine.h - injection by counters in the program -----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fast mode, for programs built with -fcrit-inject (pass/BlockCounterPass.h).
// The program runs natively until its counter says that the chosen instruction
// is in the piece of code about to run; only the few instructions left are run
// under control. The same counter ends faulty copies that run too long, at the
// same point in every campaign.
//
// Instants number the instructions the counters stand for. A draw may fall on
// one that is no fault site (out of scope, no operands) or was not executed
// since a branch left the piece early; such a draw is repeated with the next
// number of the same fault, which keeps the choice uniform over the rest.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_FASTENGINE_H
#define CRIT_INJECT_FASTENGINE_H

#include "Engine.h"

namespace crit::inject {

class FastEngine : public Engine {
public:
  using Engine::Engine;
  Exposure count(const Hooks &H) override;
  Process stopAt(const Planned &F, const MemFile &Out, const MemFile &Err,
                 FaultRecord &Record) override;
  std::vector<uint64_t> locate(const std::vector<uint64_t> &Instants) override;

private:
  bool injectAll(std::vector<Planned> Plan, const Exposure &Counts,
                 Results &To) override;
  /// A process between two counter expiries.
  struct Run {
    Process P;
    uint64_t Bias = 0;
    uint64_t Counter = 0;    // its address
    uint64_t PieceBegin = 0; // instant of the piece's first instruction
    uint64_t PieceEnd = 0;
    uint64_t Done = 0; // instants executed
    bool Left = false; // a branch has left the piece
    bool Ended = false;
    int Status = 0;
  };
  Run begin(const MemFile &Out, const MemFile &Err) const;
  /// Runs to just before Instant. False: it was not executed, or the program
  /// ended.
  bool advance(Run &R, uint64_t Instant);
  void enterPiece(Run &R, uint64_t Instant);
  void resumeUntilStop(Run &R);
  bool stepOne(Run &R);
  void runTo(Run &R, uint64_t Address);

  /// One pass over a sorted plan; what was no fault site goes to Rejected.
  bool pass(const std::vector<Planned> &Plan, Children &Kids,
            const Exposure &Counts, std::vector<Planned> &Rejected,
            const Results &To);
};

} // namespace crit::inject
#endif
