//===- MemoryFault.h - faults in memory cells ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_MEMORYFAULT_H
#define CRIT_INJECT_MEMORYFAULT_H

#include "Decoder.h"
#include "Process.h"
#include "Random.h"

#include <string>

namespace crit::inject {

/// Throws InputError unless a comma list of data, heap, stack, anon, libs.
void checkSegments(const std::string &Segments);

struct Cell {
  uint64_t Address = 0;
  std::string Segment;
};

/// A byte of the chosen segments, uniformly. Of the stack, what is in use.
Cell drawCell(const Process &P, const std::string &Program,
              const std::string &Segments, Random &R);

/// A byte of what the instruction P stands at will read; I.Memory.Width > 0.
Cell loadedCell(const Process &P, const Instruction &I, Random &R);

} // namespace crit::inject
#endif
