//===- UnitDecoder.h - integer instructions by execution unit --*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Takes an instruction of the general registers apart, so that FaultUnit.c can
// execute it. Done from the bytes: LLVM's opcode names have hundreds of forms
// for what the encoding says in a few bits.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_UNITDECODER_H
#define CRIT_INJECT_UNITDECODER_H

#include "FaultUnit.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace crit::inject {

/// Where the parts of an instruction are. Right for what compilers emit; the
/// length comes from LLVM.
struct Encoding {
  unsigned Opcode = 0; // offset of the last opcode byte
  unsigned Map = 0;    // 0: one byte, 1: 0f, 2: 0f 38, 3: 0f 3a
  bool Prefix66 = false, Prefix67 = false, Lock = false, Segment = false;
  bool Rep = false, Vex = false;
  uint8_t Rex = 0;
  unsigned modrm() const { return Opcode + 1; }
};
Encoding parseEncoding(const uint8_t *Bytes, size_t Length);

/// The site for an instruction at Address (in the running program), without
/// CondCode's target; nothing when FaultUnit.c cannot execute it.
std::optional<CritSite> decodeUnit(uint64_t Address, const uint8_t *Bytes,
                                   size_t Length);

} // namespace crit::inject
#endif
