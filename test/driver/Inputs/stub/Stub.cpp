//===- Stub.cpp - stand-in for the plugin in driver tests -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Takes the plugin's options. Functions get an attribute where IR is made, and
// a mark in section crit_funcs where machine code is: the driver's tests see
// from an object or program whether both halves ran, in LTO too.
//===----------------------------------------------------------------------===//
#include "llvm/CodeGen/MachineFunctionPass.h"
#include "llvm/CodeGen/MachineInstrBuilder.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Plugins/PassPlugin.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Target/RegisterTargetPassConfigCallback.h"

using namespace llvm;

static cl::opt<std::string> Techniques("crit", cl::Hidden);

#define STUB_Enum cl::opt<std::string>
#define STUB_File cl::opt<std::string>
#define STUB_String cl::opt<std::string>
#define STUB_Bool cl::opt<bool>
#define CRIT_FLAG(ENUM, FLAG, PLUGIN, KIND, VALUES, DEFAULT, VISIBLE, TEXT)    \
  static STUB_##KIND Option##ENUM(PLUGIN, cl::Hidden);
#include "Options.def"

namespace {

struct MarkIR : PassInfoMixin<MarkIR> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &) {
    for (Function &F : M)
      if (!F.isDeclaration() && !Techniques.empty())
        F.addFnAttr("crit", Techniques + "," + OptionLoads);
    return PreservedAnalyses::all();
  }
  static bool isRequired() { return true; }
};

struct MarkMachine : MachineFunctionPass {
  static char ID;
  MarkMachine() : MachineFunctionPass(ID) {}
  bool runOnMachineFunction(MachineFunction &MF) override {
    Attribute A = MF.getFunction().getFnAttribute("crit");
    if (!A.isValid())
      return false;
    std::string Asm = ".pushsection crit_funcs,\"a\"\n.asciz \"CRT1 " +
                      MF.getName().str() + " " +
                      A.getValueAsString().str() + "\"\n.popsection";
    MachineBasicBlock &Entry = MF.front();
    BuildMI(Entry, Entry.begin(), DebugLoc(),
            MF.getSubtarget().getInstrInfo()->get(TargetOpcode::INLINEASM))
        .addExternalSymbol(MF.createExternalSymbolName(Asm))
        .addImm(1 /* side effects */);
    return true;
  }
};
char MarkMachine::ID;

RegisterTargetPassConfigCallback
    AtCodeGeneration([](TargetMachine &, legacy::PassManagerBase &,
                        TargetPassConfig *Config) {
      Config->insertPass(&PrologEpilogCodeInserterID, &MarkMachine::ID);
    });

RegisterPass<MarkMachine> Register("crit-stub", "driver test stub");

} // namespace

extern "C" __attribute__((visibility("default"))) PassPluginLibraryInfo
llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "CritPasses", "stub", [](PassBuilder &PB) {
            PB.registerPipelineStartEPCallback(
                [](ModulePassManager &MPM, OptimizationLevel) {
                  MPM.addPass(MarkIR());
                });
          }};
}
