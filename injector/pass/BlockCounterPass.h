//===- BlockCounterPass.h - count instructions in final code ---*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For crit-inject's fast mode (-fcrit-inject). Puts a counter before each
// straight piece of final machine code, so that a controller can let the
// program run natively up to a given dynamic instruction.
//
// Counter site, where status flags are dead:
//     subq  $n, __crit_inject_count(%rip)   n = instructions it stands for
//     js    stub
//   back:
// and with flags alive, without touching them:
//     movq  %rcx, __crit_inject_count+8(%rip)
//     movq  __crit_inject_count(%rip), %rcx
//     leaq  -n(%rcx), %rcx
//     movq  %rcx, __crit_inject_count(%rip)
//     movzbl __crit_inject_count+7(%rip), %ecx
//     jrcxz 1f
//     jmp   stub
//   1: movq __crit_inject_count+8(%rip), %rcx
//   back:
// stub, in subsection 1 of the function's own section:
//     int3
//     jmp   back                            (or to 1)
//     .long n
// No register, stack or flag differs for the program: what is measured is the
// program's own state.
//
// Insert it behind every other machine pass; what comes later is not counted.
// It needs the function bodies final, so it must not be followed by a pass that
// adds, removes or reorders instructions.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_BLOCKCOUNTERPASS_H
#define CRIT_INJECT_BLOCKCOUNTERPASS_H

#include "llvm/IR/PassManager.h"

namespace llvm {
class MachineFunctionPass;
}

namespace crit {

/// Symbol of the counter: hidden, one for each linked image, alone on a page.
#define CRIT_INJECT_COUNTER "__crit_inject_count"

/// With -crit-inject (-fcrit-inject of the driver), marks every function with
/// the attribute "crit-inject", which travels through LTO; options do not.
/// Belongs at the start and, for functions made since, at the end of the IR
/// pipeline.
class MarkForCountersPass : public llvm::PassInfoMixin<MarkForCountersPass> {
public:
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

/// Counts in functions that are marked.
llvm::MachineFunctionPass *createBlockCounterPass();

} // namespace crit
#endif
