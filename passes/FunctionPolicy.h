//===- FunctionPolicy.h - who is hardened, and how -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Decides for every function and writes the decision onto it as the string
// attribute "crit": so it survives inlining decisions, bitcode and LTO, where
// no command line of ours reaches.
//
//   "crit"="ilr"      run twice
//   "crit"="none:R"   left alone, R a crit_reason
//   "crit-bounds"="balanced" | "strict" | "none"   tolerate out-of-bounds accesses
//   module flag "crit-bounds-data"   1: its variables get bounds, 2: they have them
//
// Options that matter when code is made go the same way, where they differ from
// the default: "crit-strict", "crit-loads"="strict|twice",
// "crit-recover"="stop|rollback|auto|rtm", "crit-drop-check"="MASK",
// "crit-delta-scheme"="affine:A|mixed:A|paper:A".
//===----------------------------------------------------------------------===//
#ifndef CRIT_PASSES_FUNCTIONPOLICY_H
#define CRIT_PASSES_FUNCTIONPOLICY_H

#include "Options.h"
#include "crit/records.h"
#include "llvm/IR/PassManager.h"

namespace crit {

struct FunctionMode {
  crit_mode Mode = CRIT_MODE_NONE;
  crit_reason Reason = CRIT_REASON_Policy; ///< when Mode is NONE
  bool Known = false;                      ///< the function carries a decision
};

FunctionMode modeOf(const llvm::Function &F);

enum class BoundsMode { None, Balanced, Strict };
BoundsMode boundsOf(const llvm::Function &F);
/// True once for a module whose variables are to have bounds, functions or not.
bool takeBoundedData(llvm::Module &M);
/// What the compile of this function was told, also when it is an LTO link
/// that makes the code.
struct FunctionOptions {
  bool Strict = false;
  LoadMode Loads = LoadMode::Verify;
  bool Recover = true;
  bool RecoverAsked = false;
  TxMode Transactions = TxMode::None;
  DeltaScheme Scheme = DeltaScheme::Complement;
  uint32_t DeltaA = 3;
  uint32_t DroppedChecks = 0;
};

FunctionOptions optionsOf(const llvm::Function &F);

/// Mismatches in F are repaired by running a region again: haft unless told
/// otherwise, delta where -fcrit-recover= asks for it.
bool recovers(const llvm::Function &F);

/// Gives every definition without one its decision: annotations in the source
/// first, then the policy file, then the command line.
class FunctionPolicyPass : public llvm::PassInfoMixin<FunctionPolicyPass> {
public:
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace crit
#endif
