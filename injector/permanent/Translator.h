//===- Translator.h - code of a program with broken units ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes the functions in scope anew, elsewhere: instructions of the chosen
// units become calls of FaultUnit.c, all others are copied, with addresses
// adjusted. The old functions become a jump to the new ones, and traps: code
// reached in an unforeseen way stops the program instead of running unbroken.
//
//     old:  f: jmp new.f; int3 ...
//     new:  f: ...                  copied
//              save registers       an add, say
//              call critFaultUnit
//              restore registers
//              ...
// Jumps through registers and memory are looked up: their targets (of switch
// tables, computed gotos) are old addresses.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_TRANSLATOR_H
#define CRIT_INJECT_TRANSLATOR_H

#include "FaultUnit.h"
#include "Scope.h"
#include "TargetImage.h"

#include <cstdint>
#include <map>
#include <vector>

namespace crit::inject {

/// Bit set of CritUnit: whose instructions are rewritten.
using UnitSet = uint32_t;

struct Translation {
  uint64_t Area = 0; // addresses in the running program
  uint64_t FaultAddress = 0;
  uint64_t CodeAddress = 0;
  std::vector<uint8_t> Bytes; // from Area on; first pages writable
  uint64_t WritableBytes = 0;
  struct Patch {
    uint64_t Address;
    std::vector<uint8_t> Bytes;
  };
  std::vector<Patch> Patches; // of the old code
  uint64_t Sites[CRIT_NUM_UNITS] = {};
  size_t NumFunctions = 0;
  size_t NumLeftOut = 0; // functions that cannot be rewritten
};

/// Bias: what the program's addresses are more than the file's.
Translation translate(const TargetImage &Image, Scope &Code, uint64_t Bias,
                      UnitSet Units);

} // namespace crit::inject
#endif
