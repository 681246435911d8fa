//===- Unrolling.h - loops of hardened functions -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A turn of a hardened loop counts twice and decides twice whether there is
// another one. Where the loop's own work is little that is a tenth of it, so
// small loops make two turns in one, searches of a few instructions four.
//===----------------------------------------------------------------------===//
#ifndef CRIT_PASSES_UNROLLING_H
#define CRIT_PASSES_UNROLLING_H

namespace llvm {
class PassBuilder;
}

namespace crit {

void registerUnrolling(llvm::PassBuilder &PB);

} // namespace crit
#endif
