//===- Hardening.cpp - what every duplicating pass says and asks ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Hardening.h"
#include "FunctionPolicy.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineOptimizationRemarkEmitter.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;
using namespace crit;
using NV = DiagnosticInfoOptimizationBase::Argument;

static const char RemarkPass[] = "crit";

static StringRef reasonText(unsigned R) {
  switch (R) {
#define CRIT_REASON(ENUM, VALUE, NAME, TEXT)                                   \
  case VALUE:                                                                  \
    return TEXT;
#include "crit/reasons.def"
  }
  return "unknown";
}

std::optional<crit_reason> crit::hindrance(const MachineFunction &MF) {
  if (MF.getTarget().getCodeModel() == CodeModel::Large ||
      MF.getTarget().getCodeModel() == CodeModel::Kernel)
    return CRIT_REASON_Target;
  if (MF.hasEHFunclets())
    return CRIT_REASON_Target;
  return std::nullopt;
}

DebugLoc crit::lineOf(const MachineFunction &MF) {
  DISubprogram *SP = MF.getFunction().getSubprogram();
  return SP ? DebugLoc(DILocation::get(SP->getContext(), SP->getLine(), 0, SP))
            : DebugLoc();
}

void crit::onlyStops(MachineFunction &MF, const char *Why) {
  MachineOptimizationRemarkEmitter ORE(MF, nullptr);
  MachineOptimizationRemarkMissed R(RemarkPass, "StopOnly", lineOf(MF),
                                    &MF.front());
  R << "mismatches only stop: " << Why << " (in "
    << NV("Function", MF.getName()) << ")";
  ORE.emit(R);
}

void crit::missed(MachineFunction &MF, const DebugLoc &DL, crit_reason Why) {
  MachineOptimizationRemarkEmitter ORE(MF, nullptr);
  MachineOptimizationRemarkMissed R(RemarkPass, "Unprotected", DL, &MF.front());
  R << "not protected: " << reasonText(Why) << " (in "
    << NV("Function", MF.getName()) << ")";
  ORE.emit(R);
  if (optionsOf(MF.getFunction()).Strict)
    MF.getFunction().getContext().emitError(
        Twine("crit: -fcrit-strict: not protected: ") + reasonText(Why) +
        " (in " + MF.getName() + ")");
}
