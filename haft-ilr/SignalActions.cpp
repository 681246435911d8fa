//===- SignalActions.cpp - trap handlers beside the program's -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   before                          after
//     sigaction(SIGSEGV, a, old)      __crit_sigaction(SIGSEGV, a, old)
//                                       remembers a, keeps ours in the kernel
//
// A trap goes to the failure path first, and to the program's handler if it is
// the program's own. The wrappers are runtime/Actions.c, as LLVM IR.
//===----------------------------------------------------------------------===//
#include "SignalActions.h"
#include "FunctionPolicy.h"
#include "runtime/Actions.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/SourceMgr.h"

using namespace llvm;
using namespace crit;

static const unsigned char Text[] = {
#include "Actions.inc"
    0};

static const char *const Wrapped[] = {
    "sigaction",   "signal",        "bsd_signal", "ssignal",
    "sysv_signal", "__sysv_signal", "sigignore",  "siginterrupt"};

static SmallVector<CallBase *, 4> callsOf(Function &F) {
  SmallVector<CallBase *, 4> Calls;
  for (User *U : F.users())
    if (auto *C = dyn_cast<CallBase>(U);
        C && C->getCalledOperand() == &F &&
        C->getFunctionType() == F.getFunctionType() &&
        recovers(*C->getFunction()))
      Calls.push_back(C);
  return Calls;
}

/// One copy per image of each function and of the record.
static void share(Module &M) {
  if (NamedMDNode *Flags = M.getModuleFlagsMetadata())
    Flags->eraseFromParent(); // the program's hold
  auto Give = [&](GlobalObject &G) {
    if (G.isDeclaration())
      return;
    G.setLinkage(GlobalValue::LinkOnceODRLinkage);
    G.setVisibility(GlobalValue::HiddenVisibility);
    G.setDSOLocal(true);
    G.setComdat(M.getOrInsertComdat(G.getName()));
  };
  for (Function &F : M) {
    Give(F);
    if (F.isDeclaration())
      continue;
    F.addFnAttr(Attribute::NoInline);
    F.addFnAttr("crit", "none");
  }
  for (GlobalVariable &G : M.globals())
    Give(G);
}

void crit::keepTrapHandler(Module &M) {
  SmallVector<std::pair<Function *, SmallVector<CallBase *, 4>>, 4> Found;
  for (const char *Name : Wrapped)
    if (Function *F = M.getFunction(Name); F && F->isDeclaration())
      if (auto Calls = callsOf(*F); !Calls.empty())
        Found.push_back({F, Calls});
  if (Found.empty() || M.getFunction("__crit_actions_begin"))
    return;
  SMDiagnostic Error;
  LLVMContext &Context = M.getContext();
  bool Discards = Context.shouldDiscardValueNames();
  Context.setDiscardValueNames(false); // the parser needs them
  std::unique_ptr<Module> Added = parseAssemblyString(
      StringRef(reinterpret_cast<const char *>(Text), sizeof(Text) - 1), Error,
      Context);
  Context.setDiscardValueNames(Discards);
  if (!Added)
    reportFatalInternalError(Twine("crit: signal actions: ") +
                             Error.getMessage());
  Added->setDataLayout(M.getDataLayout());
  Added->setTargetTriple(M.getTargetTriple());
  share(*Added);
  // First: the linker leaves out what nobody asks for.
  for (auto &[F, Calls] : Found) {
    std::string Name = ("__crit_" + F->getName()).str();
    // A program's own function of that name.
    if (Added->getFunction(Name)->getFunctionType() != F->getFunctionType())
      continue;
    FunctionCallee Wrapper = M.getOrInsertFunction(Name, F->getFunctionType());
    for (CallBase *C : Calls)
      C->setCalledFunction(Wrapper);
  }
  Linker::linkModules(M, std::move(Added)); // errors go to the context
}
