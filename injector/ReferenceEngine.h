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

#include "Engine.h"

namespace crit::inject {

class ReferenceEngine : public Engine {
public:
  using Engine::Engine;
  Exposure count(const Hooks &H) override;
  Process stopAt(const Planned &F, const MemFile &Out, const MemFile &Err,
                 FaultRecord &Record) override;
  std::vector<uint64_t> locate(const std::vector<uint64_t> &Instants) override;

private:
  bool injectAll(std::vector<Planned> Plan, const Exposure &Counts,
                 Results &To) override;
  template <typename Visitor>
  bool walk(Process &P, int &Status, Visitor &&Visit);
};

} // namespace crit::inject
#endif
