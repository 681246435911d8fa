//===- PermanentEngine.h - every execution of an operation wrong -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For each unit of the CPU the program is started once, its code rewritten
// (Translator.h), and left at its entry point. Each fault gets a copy of that
// process and runs to its end natively. Before, one copy without a fault must
// behave as the program does, and records operands to draw patterns from.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_PERMANENTENGINE_H
#define CRIT_INJECT_PERMANENTENGINE_H

#include "Engine.h"
#include "Translator.h"

#include <map>

namespace crit::inject {

class PermanentEngine : public Engine {
public:
  using Engine::Engine;
  Exposure count(const Hooks &H) override;
  Process stopAt(const Planned &F, const MemFile &Out, const MemFile &Err,
                 FaultRecord &Record) override;
  std::vector<uint64_t> locate(const std::vector<uint64_t> &Instants) override;

private:
  bool injectAll(std::vector<Planned> Plan, const Exposure &Counts,
                 Results &To) override;
  /// A started program with one unit's instructions rewritten.
  struct Template {
    Process P;
    uint64_t FaultAddress = 0;
    CritFault Baseline{};
    double CpuSeconds = 0;
  };
  Process rewritten(unsigned Unit, const MemFile &Out, const MemFile &Err,
                    uint64_t &FaultAddress);
  /// Runs a copy without a fault.
  void measure(Template &T, unsigned Unit, const MemFile &Out,
               const MemFile &Err);
  void measureAll(const Hooks &H);
  FaultRecord describe(const Planned &P, const CritFault &F) const;
  bool injectUnit(unsigned Unit, const std::vector<Planned> &Plan,
                  Results &To);

  std::vector<UnitKind> Faults; // of units the program executes
  struct Measured {
    CritFault Baseline{};
    double CpuSeconds = 0;
  };
  std::map<unsigned, Measured> Units;
  bool Known = false;
};

} // namespace crit::inject
#endif
