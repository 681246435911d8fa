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
class Loop;
class PassBuilder;
class ScalarEvolution;
} // namespace llvm

namespace crit {

void registerUnrolling(llvm::PassBuilder &PB);

/// Some load of a loop of one block is another's of the turn before.
bool loadsAgain(const llvm::Loop &L, llvm::ScalarEvolution &SE);

} // namespace crit
#endif
