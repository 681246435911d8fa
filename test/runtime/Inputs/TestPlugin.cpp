//===- TestPlugin.cpp - links the fail path without hardening anything ----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For tests that build records and stubs by hand: -fpass-plugin=<this> gives a
// module the fail path at the point where a hardening plugin adds it.
//===----------------------------------------------------------------------===//
#include "FailPath.h"

#include "llvm/IR/PassManager.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Plugins/PassPlugin.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace {
struct LinkFailPath : PassInfoMixin<LinkFailPath> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &) {
    // Twice: the second time must change nothing.
    if (crit::linkFailPath(M))
      crit::linkFailPath(M);
    return PreservedAnalyses::none();
  }
  static bool isRequired() { return true; }
};
} // namespace

extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "crit-test-fail-path", "1",
          [](PassBuilder &PB) {
            PB.registerOptimizerLastEPCallback(
                [](ModulePassManager &MPM, OptimizationLevel,
                   ThinOrFullLTOPhase) { MPM.addPass(LinkFailPath()); });
            PB.registerFullLinkTimeOptimizationLastEPCallback(
                [](ModulePassManager &MPM, OptimizationLevel) {
                  MPM.addPass(LinkFailPath());
                });
          }};
}
