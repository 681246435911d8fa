//===- Hardening.h - what every duplicating pass says and asks -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_PASSES_HARDENING_H
#define CRIT_PASSES_HARDENING_H

#include "crit/records.h"
#include "llvm/IR/DebugLoc.h"
#include <optional>

namespace llvm {
class MachineFunction;
}

namespace crit {

/// What hinders the whole function, if anything does.
std::optional<crit_reason> hindrance(const llvm::MachineFunction &MF);

llvm::DebugLoc lineOf(const llvm::MachineFunction &MF);

/// Remark, and with -fcrit-strict an error: something is not protected.
void missed(llvm::MachineFunction &MF, const llvm::DebugLoc &DL,
            crit_reason Why);

/// Remark: mismatches in MF are not repaired, and why.
void onlyStops(llvm::MachineFunction &MF, const char *Why);

} // namespace crit
#endif
