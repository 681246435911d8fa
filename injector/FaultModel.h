//===- FaultModel.h - what goes wrong at the chosen instant ----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_INJECT_FAULTMODEL_H
#define CRIT_INJECT_FAULTMODEL_H

#include "Decoder.h"
#include "Random.h"

#include <optional>
#include <string>

namespace crit::inject {

enum class Model : uint8_t {
  Operand, // one bit of a register the instruction reads or writes
  Double,  // two bits of one
  Byte,    // one byte of one: any other value
  RegFile, // one bit of one of the 16 general registers
  Flags,   // one status flag
  PC,      // one of the low 48 bits of the program counter
  Branch,  // a conditional branch goes the wrong way
  Skip,    // the instruction is not executed
  Address, // one bit of a base or index register, for this instruction only
  Memory,  // one bit of a writable memory cell
  LoadedCell, // one bit of the memory the instruction is about to read
  Permanent,  // every execution of an operation (permanent/UnitKinds.def)
};

const char *modelName(Model M);
std::optional<Model> parseModel(const std::string &Name);
std::string modelNames(); // for messages: "operand, regfile"

enum class FaultKind : uint8_t { Register, PC, WrongBranch, Skip, Memory };

/// Bits of one register before or after the instruction executes, or what
/// happens to the control flow.
struct FaultAction {
  FaultKind Kind = FaultKind::Register;
  Operand Op;
  std::vector<unsigned> Bits; // the first is the one that is logged
  bool After = false;
  bool Restore = false; // undo once the instruction has executed
};

/// The model can hit this instruction at all.
bool eligible(Model M, const Instruction &I);

/// Draws where exactly the fault strikes. I must be eligible.
FaultAction chooseAction(Model M, const Instruction &I, Random &R);

} // namespace crit::inject
#endif
