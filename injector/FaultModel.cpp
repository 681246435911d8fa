//===- FaultModel.cpp - what goes wrong at the chosen instant -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "FaultModel.h"

#include <cassert>

namespace crit::inject {

static const char *const ModelNames[] = {"operand", "regfile"};

const char *modelName(Model M) { return ModelNames[static_cast<int>(M)]; }

std::optional<Model> parseModel(const std::string &Name) {
  for (int I = 0; I < 2; ++I)
    if (Name == ModelNames[I])
      return static_cast<Model>(I);
  return std::nullopt;
}

std::string modelNames() {
  std::string S;
  for (const char *N : ModelNames)
    S += (S.empty() ? "" : ", ") + std::string(N);
  return S;
}

bool eligible(Model M, const Instruction &I) {
  return M == Model::RegFile || !I.Operands.empty();
}

FaultAction chooseAction(Model M, const Instruction &I, Random &R) {
  FaultAction A;
  if (M == Model::RegFile) {
    A.Op.Reg.Kind = RegKind::GPR;
    A.Op.Reg.Index = static_cast<uint8_t>(R.below(16));
    A.Op.Reg.Width = 64;
    A.Op.Name = regName(A.Op.Reg);
  } else {
    assert(!I.Operands.empty() && "instruction is not eligible");
    A.Op = I.Operands[R.below(I.Operands.size())];
    A.After = A.Op.Acc == Access::Write;
  }
  A.Bit = static_cast<unsigned>(R.below(A.Op.Reg.Width));
  return A;
}

} // namespace crit::inject
