//===- FaultModel.cpp - what goes wrong at the chosen instant -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "FaultModel.h"

#include <cassert>
#include <iterator>

namespace crit::inject {

static const char *const ModelNames[] = {"operand", "double", "byte",
                                         "regfile", "flags",  "pc",
                                         "branch",  "skip",   "address",
                                         "memory",  "loaded", "permanent"};

const char *modelName(Model M) { return ModelNames[static_cast<int>(M)]; }

std::optional<Model> parseModel(const std::string &Name) {
  for (size_t I = 0; I < std::size(ModelNames); ++I)
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

/// The model draws among these operands.
static bool counts(Model M, const Operand &O) {
  switch (M) {
  case Model::Double:
    return O.Reg.Width >= 2;
  case Model::Byte:
    return O.Reg.Kind != RegKind::Flags && O.Reg.Width >= 8;
  case Model::Address:
    return O.IsAddress && O.Acc == Access::Read;
  default:
    return true;
  }
}

bool eligible(Model M, const Instruction &I) {
  switch (M) {
  case Model::RegFile:
  case Model::Flags:
  case Model::PC:
  case Model::Skip:
  case Model::Memory:
  case Model::Permanent:
    return true;
  case Model::LoadedCell:
    return I.Memory.Width != 0;
  case Model::Branch:
    return I.BranchTarget != 0;
  default:
    for (const Operand &O : I.Operands)
      if (counts(M, O))
        return true;
    return false;
  }
}

static void chooseBits(Model M, FaultAction &A, Random &R) {
  unsigned Width = A.Op.Reg.Width;
  if (M == Model::Byte) {
    unsigned Base = 8 * static_cast<unsigned>(R.below(Width / 8));
    uint64_t Mask = 1 + R.below(255);
    for (unsigned B = 0; B < 8; ++B)
      if (Mask >> B & 1)
        A.Bits.push_back(Base + B);
    return;
  }
  A.Bits.push_back(static_cast<unsigned>(R.below(Width)));
  if (M == Model::Double) {
    unsigned Second = static_cast<unsigned>(R.below(Width - 1));
    A.Bits.push_back(Second + (Second >= A.Bits[0]));
  }
}

FaultAction chooseAction(Model M, const Instruction &I, Random &R) {
  assert(eligible(M, I) && "instruction is no fault site");
  FaultAction A;
  switch (M) {
  case Model::RegFile:
    A.Op.Reg.Kind = RegKind::GPR;
    A.Op.Reg.Index = static_cast<uint8_t>(R.below(16));
    A.Op.Reg.Width = 64;
    A.Op.Name = regName(A.Op.Reg);
    break;
  case Model::Flags:
    A.Op.Reg = {RegKind::Flags, 0, 0, 5, FlagsAll};
    A.Op.Name = "flags";
    break;
  case Model::PC:
    A.Kind = FaultKind::PC;
    A.Op.Reg.Width = 48;
    A.Op.Name = "rip";
    break;
  case Model::Branch:
    A.Kind = FaultKind::WrongBranch;
    A.Op.Name = "rip";
    return A;
  case Model::Skip:
    A.Kind = FaultKind::Skip;
    A.Op.Name = "rip";
    return A;
  case Model::Memory:
  case Model::LoadedCell:
    A.Kind = FaultKind::Memory;
    A.Op.Name = "memory";
    A.Op.Reg.Width = 8;
    break;
  default: {
    std::vector<const Operand *> Choice;
    for (const Operand &O : I.Operands)
      if (counts(M, O))
        Choice.push_back(&O);
    A.Op = *Choice[R.below(Choice.size())];
    A.After = A.Op.Acc == Access::Write;
    A.Restore = M == Model::Address;
  }
  }
  chooseBits(M, A, R);
  return A;
}

} // namespace crit::inject
