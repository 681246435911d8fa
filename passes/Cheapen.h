//===- Cheapen.h - cheaper forms of what will run twice --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_PASSES_CHEAPEN_H
#define CRIT_PASSES_CHEAPEN_H

namespace llvm {
class MachineFunction;
} // namespace llvm

namespace crit {

/// Rewrites clang's SSE2 form of a product of <4 x i32> or <2 x i32>, which
/// shuffles more than it multiplies. The shuffle ports are what loops that work
/// on such vectors wait for, so each shuffle would be paid for twice.
void cheapenProducts(llvm::MachineFunction &MF);

} // namespace crit
#endif
