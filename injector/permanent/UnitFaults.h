//===- UnitFaults.h - drawing permanent and design faults ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_UNITFAULTS_H
#define CRIT_INJECT_UNITFAULTS_H

#include "FaultUnit.h"
#include "Random.h"

#include <string>
#include <vector>

namespace crit::inject {

struct PermanentOptions {
  std::vector<std::string> Units; // empty: all
  std::vector<std::string> Kinds; // empty: all
  double Probability = 0.05;      // of intermittent faults
  bool ProbabilityForAll = false; // ... and of all others
  uint64_t Window = 0;            // executions a fault lasts; 0: always
  int Thread = -1;
  int Core = -1;
};

const char *unitName(unsigned Unit);
const char *kindName(unsigned Kind);
bool kindStrikes(unsigned Kind, unsigned Unit);
/// For help: one line per unit and kind.
std::string unitFaultHelp();

struct UnitKind {
  unsigned Unit, Kind;
};
/// All that are chosen, in a fixed order. Throws InputError for unknown names.
std::vector<UnitKind> chosenFaults(const PermanentOptions &O);

/// Draws all parameters. Baseline: a run that recorded this unit's operands.
CritFault drawUnitFault(const PermanentOptions &O, UnitKind UK,
                        const CritFault &Baseline, Random &R);

/// "add: result bit 17 stuck at 1".
std::string describeUnitFault(const CritFault &F);

} // namespace crit::inject
#endif
