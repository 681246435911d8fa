//===- Plugin.cpp - where Crit hooks into stock clang and lld -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// IR:       PipelineStart    decide per function (FunctionPolicy)
//           OptimizerLast    the same for functions made since; bounds (boundless);
//                            loops versioned (haft); failure path
// machine:  around stack-coloring           where variables hold nothing (haft)
//           after x86-dyn-alloca-expander (last SSA pass)   duplicate
//           after livedebugvalues (final code)              lower checks
//
// Only this file knows every technique.
//===----------------------------------------------------------------------===//
#include "BlockCounterPass.h"
#include "BoundlessPass.h"
#include "Checkpoint.h"
#include "ConstantCalls.h"
#include "DeadVariables.h"
#include "DeltaPass.h"
#include "DisjointLoops.h"
#include "FailPath.h"
#include "FunctionPolicy.h"
#include "IlrPasses.h"
#include "Inlining.h"
#include "SignalActions.h"
#include "TailCalls.h"
#include "ThreadStacks.h"
#include "Unrolling.h"
#include "llvm/CodeGen/MachineFunctionPass.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/IR/Module.h"
#include "llvm/PassRegistry.h"
#include "llvm/PassInfo.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Plugins/PassPlugin.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Target/RegisterTargetPassConfigCallback.h"

using namespace llvm;
using namespace crit;

namespace {

class FailPathPass : public PassInfoMixin<FailPathPass> {
public:
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &MAM) {
    for (const Function &F : M)
      if (!F.isDeclaration() && modeOf(F).Mode != CRIT_MODE_NONE) {
        linkFailPath(M);
        giveThreadsStacks(M);
        keepTrapHandler(M);
        markConstantCalls(M);
        auto &FAM = MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
        keepFrames(M, [&](Function &G) -> const TargetLibraryInfo & {
          return FAM.getResult<TargetLibraryAnalysis>(G);
        });
        return PreservedAnalyses::none();
      }
    return PreservedAnalyses::all();
  }
  static bool isRequired() { return true; }
};

void registerIrPasses(PassBuilder &PB) {
  registerInlineAdvisor(PB);
  registerUnrolling(PB);
  PB.registerPipelineStartEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel) {
        MPM.addPass(MarkForCountersPass());
        MPM.addPass(FunctionPolicyPass());
      });
  PB.registerOptimizerLastEPCallback([](ModulePassManager &MPM,
                                        OptimizationLevel Level,
                                        ThinOrFullLTOPhase Phase) {
    MPM.addPass(MarkForCountersPass());
    MPM.addPass(FunctionPolicyPass());
    // Before an LTO link there is no code generation: nothing to jump to yet.
    // But the ThinLTO back end runs no extension point at -O0.
    if ((Phase != ThinOrFullLTOPhase::ThinLTOPreLink ||
         Level == OptimizationLevel::O0) &&
        Phase != ThinOrFullLTOPhase::FullLTOPreLink) {
      MPM.addPass(BoundlessPass());
      if (Level != OptimizationLevel::O0)
        MPM.addPass(createModuleToFunctionPassAdaptor(DisjointLoopsPass()));
      MPM.addPass(FailPathPass());
    }
  });
  PB.registerFullLinkTimeOptimizationLastEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel Level) {
        MPM.addPass(BoundlessPass());
        if (Level != OptimizationLevel::O0)
          MPM.addPass(createModuleToFunctionPassAdaptor(DisjointLoopsPass()));
        MPM.addPass(FailPathPass());
      });
}

AnalysisID passByName(StringRef Name) {
  const PassInfo *PI = PassRegistry::getPassRegistry()->getPassInfo(Name);
  return PI ? PI->getTypeInfo() : nullptr;
}

/// Arguments on the stack are stored, not pushed: regions cannot be left where
/// the stack pointer moves, and mismatches of the whole function would only
/// stop. The pass that makes pushes has no other switch.
void storeArguments() {
  auto &Options = cl::getRegisteredOptions();
  auto It = Options.find("no-x86-call-frame-opt");
  if (It != Options.end())
    static_cast<cl::opt<bool> *>(It->second)->setValue(true);
}

RegisterTargetPassConfigCallback MachinePasses(
    [](TargetMachine &TM, PassManagerBase &, TargetPassConfig *PC) {
      if (TM.getTargetTriple().getArch() != Triple::x86_64)
        return;
      AnalysisID LastSSA = passByName("x86-dyn-alloca-expander");
      if (!LastSSA)
        reportFatalInternalError(
            "crit: this LLVM has no pass x86-dyn-alloca-expander; Crit needs "
            "LLVM 22");
      auto L = std::make_shared<Lifetimes>();
      PC->insertPass(&OptimizePHIsLegacyID, createLifetimePass(L, /*Colored=*/false));
      PC->insertPass(&StackColoringLegacyID, createLifetimePass(L, /*Colored=*/true));
      PC->insertPass(LastSSA, createIlrPass(L));
      PC->insertPass(LastSSA, createDeltaPass(softwareRecovery()));
      // Reuses a register that already holds the same address: when the two
      // copies of a frame address follow each other in one register, there is
      // only one left to compare.
      PC->disablePass(&MachineLateInstrsCleanupID);
      // Before whatever moves code between blocks again.
      PC->insertPass(&StackSlotColoringID, createLandingPass());
      storeArguments();
      PC->insertPass(&LiveDebugValuesID, createEmitPass());
      // Last: counts what the passes above emitted.
      PC->insertPass(&LiveDebugValuesID, createBlockCounterPass());
    });

} // namespace

extern "C" LLVM_ATTRIBUTE_WEAK __attribute__((visibility("default")))
PassPluginLibraryInfo
llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "crit", "0.1.0", registerIrPasses};
}
