//===- Decoder.h - what an x86-64 instruction reads and writes -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Decodes one instruction with LLVM MC and lists its register operands: the
// fault sites of the `operand` model. Counted as operands:
//   * every explicit register, also base and index of memory operands, at the
//     width the instruction accesses (8/16/32/64, lanes of vectors);
//   * implicit data registers (mul's rax/rdx, cl of shifts, rsi/rdi/rcx of
//     string instructions, st0); not rsp of push, pop, call and ret;
//   * the status flags CF PF ZF SF OF, as one operand, only those bits the
//     instruction reads or writes.
// Not counted: rip, segment and control registers.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_DECODER_H
#define CRIT_INJECT_DECODER_H

#include "Registers.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace crit::inject {

enum class Access : uint8_t { Read, Write };

struct Operand {
  RegSlice Reg;
  Access Acc = Access::Read;
  bool IsAddress = false; // base or index of a memory operand
  std::string Name;       // as accessed: "eax", "xmm3", "flags"
};

enum class InstClass : uint8_t {
  Arith,
  Logic,
  Shift,
  MulDiv,
  Compare,
  Move,
  Load,
  Store,
  Lea,
  CondBranch,
  Jump,
  Call,
  Return,
  Stack,
  FlagUse, // setcc, cmovcc
  FloatVec,
  String,
  Other,
};
const char *instClassName(InstClass C);

/// Memory an integer instruction reads.
struct MemoryOperand {
  int Base = -1, Index = -1; // general registers
  unsigned Scale = 0;        // log2
  uint64_t Disp = 0;         // with PCRelative the address as in the file
  unsigned Width = 0;        // bytes; 0: it reads none
  bool PCRelative = false;
};

struct Instruction {
  uint64_t PC = 0;
  unsigned Length = 0; // 0: could not be decoded
  InstClass Class = InstClass::Other;
  bool IsRep = false;
  uint64_t BranchTarget = 0; // of a conditional branch
  bool MayLoad = false;
  bool MayStore = false;
  bool isControlFlow() const {
    return Class == InstClass::CondBranch || Class == InstClass::Jump ||
           Class == InstClass::Call || Class == InstClass::Return ||
           Opcode == "SYSCALL";
  }
  std::vector<Operand> Operands;
  MemoryOperand Memory;
  std::string Opcode; // LLVM's name, e.g. ADD64rr
  std::string Text;   // disassembly, AT&T
  std::string Bytes;  // hex
};

class Decoder {
public:
  Decoder();
  ~Decoder();
  Decoder(const Decoder &) = delete;
  Decoder &operator=(const Decoder &) = delete;

  /// Decodes the instruction at PC. Length is 0 if Bytes is no instruction.
  Instruction decode(uint64_t PC, const uint8_t *Bytes, size_t Size) const;

private:
  struct Impl;
  std::unique_ptr<Impl> P;
};

} // namespace crit::inject
#endif
