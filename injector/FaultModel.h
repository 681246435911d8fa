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
  RegFile, // one bit of one of the 16 general registers
};

const char *modelName(Model M);
std::optional<Model> parseModel(const std::string &Name);
std::string modelNames(); // for messages: "operand, regfile"

/// One bit of one register, before or after the instruction executes.
struct FaultAction {
  Operand Op;
  unsigned Bit = 0;
  bool After = false;
};

/// The model can hit this instruction at all.
bool eligible(Model M, const Instruction &I);

/// Draws where exactly the fault strikes. I must be eligible.
FaultAction chooseAction(Model M, const Instruction &I, Random &R);

} // namespace crit::inject
#endif
